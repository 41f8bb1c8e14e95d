/**
 * What `wasm/webparity.h` and `wasm/decode/image.h` declare: functions, codes, the record of a result, limits.
 * A test reads both headers and holds this file to them.
 */

/** The contract that the module decodes by. */
export const CONTRACT = 'rgb8/2';

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

/** Functions of one argument, a size in bytes, and one result, an offset into the memory: 0 stands for NULL. */
export const FUNCTIONS = ['reserve_input', 'judge_start', 'decode_image'] as const;

/** The module's exports. Offsets above 2 GiB are given as negative numbers. */
export type Exports = Record<(typeof FUNCTIONS)[number], (size: number) => number> & { readonly memory: WebAssembly.Memory };
