/** Decodes each file by the page's own decoder and by the browser's, in turns, and sends the times to the benchmark. */
import { compileWasm } from '../../web/src/runtime/wasm/compile.ts';
import { Decoder } from '../../web/src/runtime/wasm/decoder.ts';

interface Request {
  /** Addresses of the files. */
  files: string[];
  /** How many turns count. */
  rounds: number;
}

/** A measurement lasts at least so long, so that small files are decoded several times. */
const LEAST_MS = 20;

/** RGBA of an image, by the browser's decoder and a canvas. */
async function decodeNatively(blob: Blob): Promise<Uint8ClampedArray> {
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('no canvas');
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  bitmap.close();
  return data;
}

/** Milliseconds a call. */
async function measure(call: () => unknown, repeats: number): Promise<number> {
  const began = performance.now();
  for (let i = 0; i < repeats; i++) await call();
  return (performance.now() - began) / repeats;
}

/** The page's decoder. */
const decoder = new Decoder(() => compileWasm(async () => readBytes('/webparity.wasm')));

async function readBytes(address: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(address)).arrayBuffer());
}

async function compare(address: string, rounds: number): Promise<{ ours: number[]; peer: number[] }> {
  const bytes = await readBytes(address);
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>]);
  const ways = [() => decoder.decode(bytes), () => decodeNatively(blob)] as const;
  const first = (await measure(ways[0], 1)) + (await measure(ways[1], 1));
  const repeats = Math.max(1, Math.floor(LEAST_MS / (first / 2)));
  const ours: number[] = [];
  const peer: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    ours.push(await measure(ways[0], repeats));
    peer.push(await measure(ways[1], repeats));
  }
  return { ours: ours.slice(1), peer: peer.slice(1) };
}

async function answer(): Promise<unknown> {
  try {
    const { files, rounds } = (await (await fetch('/request.json')).json()) as Request;
    const times = [];
    for (const file of files) times.push(await compare(file, rounds));
    return { times };
  } catch (error) {
    return { error: String(error) };
  }
}

await fetch('/answer', { method: 'POST', body: JSON.stringify(await answer()) });
