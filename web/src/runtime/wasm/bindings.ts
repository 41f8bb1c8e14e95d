/**
 * What `wasm/webparity.h` and the headers beside it declare: functions, codes, records, limits.
 * A test reads the headers and holds this file to them.
 */

/** The contracts that the module decodes by: red, green and blue; or gray, three times, of a JPEG its own luma. */
export const CONTRACT = 'rgb8/2';
export const LUMA_CONTRACT = 'luma8/2';

/** Codes of results, in the order of `decode_code`. */
export const CODES = [
  'ok',
  'empty',
  'format',
  'truncated',
  'corrupt',
  'too-large',
  'unsupported',
  'too-much-work',
  'out-of-memory',
] as const;

/** Codes of refusals, the same as in Python. */
export type RefusalCode = Exclude<(typeof CODES)[number], 'ok'>;

/** The words of a `decode_result`, in their order: little-endian, 32 bits each; `pixels` and `received` are offsets. */
export const RESULT = ['code', 'width', 'height', 'pixels', 'received'] as const;

/** So many first bytes of a file are enough for `judge_start`. */
export const START_BYTES = 512;

export const MAX_SIDE = 16384;
export const MAX_PIXELS = 2 ** 28;
/** A file smaller than `SMALL_FILE` bytes may have so many pixels. */
export const SMALL_FILE = 2 ** 20;
export const MAX_PIXELS_OF_SMALL_FILE = 2 ** 26;

/** Codes of programs, in the order of `program_code`. */
export const PROGRAM_CODES = [
  'ok',
  'header',
  'other-version',
  'truncated',
  'opcode',
  'operand',
  'type',
  'shape',
  'bounds',
  'order',
  'overlap',
  'work',
  'out-of-memory',
  'index',
  'image',
] as const;

/** Codes of a program's refusal, the same as in Python. */
export type ProgramCode = Exclude<(typeof PROGRAM_CODES)[number], 'ok'>;

/** What a program's refusal is about, in the order of `program_part`. */
export const PROGRAM_PARTS = ['file', 'value', 'input', 'output', 'instruction'] as const;

/** The words of a `program_state`, in their order. */
export const PROGRAM_STATE = [
  'code',
  'part',
  'position',
  'input_count',
  'output_count',
  'uses_image',
  'work',
] as const;

/** The words of a `value_place`, in their order; the dims follow, `MAX_RANK` words. */
export const VALUE_PLACE = ['address', 'type', 'rank', 'elements'] as const;
export const MAX_RANK = 8;

/** Functions of one argument, a size in bytes or a number, and one result, an offset into the memory: 0 stands for NULL. */
export const FUNCTIONS = [
  'reserve_input',
  'judge_start',
  'decode_image',
  'decode_luma',
  'take_pixels',
  'reserve_program',
  'load_program',
  'find_input',
  'find_output',
  'run_program',
] as const;

/** The module's exports. Offsets above 2 GiB are given as negative numbers. */
export type Exports = Record<(typeof FUNCTIONS)[number], (size: number) => number> & { readonly memory: WebAssembly.Memory };
