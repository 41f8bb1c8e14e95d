/** Times of all ways in turns, after their answers were compared. */
import { WAYS } from './ways.mjs';

/** A measurement lasts at least so long, so that small models run many times. */
const LEAST_MS = 20;
/** Warm: the engine has compiled with its optimizer by then. */
const WARM_MS = 300;
/** Largest difference of a probability from the model's own library, as a share of the largest one. */
const TOLERANCE = 1e-3;

/**
 * @param {import('./ways.mjs').Libraries} libraries
 * @param {(path: string) => Promise<Uint8Array>} readFile
 * @param {string} folder of the subject
 * @param {number} rounds
 * @param {() => number} now
 * @returns {Promise<{ times: Record<string, number[]>, differences: Record<string, number>, failures: Record<string, string> }>}
 */
export async function measureSubject(libraries, readFile, folder, rounds, now) {
  /** @param {string} path */
  const read = (path) => readFile(path === 'webparity.wasm' ? path : `${folder}/${path}`);
  const subject = JSON.parse(new TextDecoder().decode(await read('subject.json')));
  const pixels = await read('pixels.bin');
  const [values, expected] = await Promise.all(['values.bin', 'expected.bin'].map(async (path) => asFloats(await read(path))));
  /** @type {[string, import('./ways.mjs').Run][]} */
  const runs = [];
  /** @type {Record<string, number>} */
  const differences = {};
  /** @type {Record<string, string>} */
  const failures = {};
  for (const [name, files] of Object.entries(subject.ways)) {
    const open = WAYS[name];
    const library = { webparity: 'own', 'onnxruntime-web': 'ort', tfjs: 'tf', litert: 'litert' }[name] ?? '';
    if (open === undefined || !(library in libraries)) continue;
    try {
      const run = await open(libraries, { files, shape: subject.shape, values, pixels, read });
      differences[name] = findDifference(await run(), expected);
      if (!(differences[name] <= TOLERANCE)) throw new Error(`the answer differs by ${differences[name]}`);
      runs.push([name, run]);
    } catch (error) {
      failures[name] = String(error instanceof Error ? error.message : error);
    }
  }
  const repeats = new Map();
  for (const [name, run] of runs) repeats.set(name, await warmUp(run, now));
  /** @type {Record<string, number[]>} */
  const times = Object.fromEntries(runs.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of runs) {
      const count = repeats.get(name);
      const began = now();
      for (let i = 0; i < count; i++) await run();
      times[name]?.push((now() - began) / count);
    }
  }
  return { times, differences, failures };
}

/** @param {import('./ways.mjs').Run} run @param {() => number} now @returns {Promise<number>} calls that last LEAST_MS */
async function warmUp(run, now) {
  const began = now();
  let count = 0;
  while (count < 3 || now() - began < WARM_MS) {
    await run();
    count++;
  }
  return Math.max(1, Math.round((LEAST_MS * count) / (now() - began)));
}

/** @param {Uint8Array} bytes */
const asFloats = (bytes) => new Float32Array(bytes.slice().buffer);

/** @param {Float32Array} answer @param {Float32Array} expected */
function findDifference(answer, expected) {
  if (answer.length !== expected.length) return Number.NaN;
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs((answer[i] ?? Number.NaN) - (expected[i] ?? 0)));
    largest = Math.max(largest, Math.abs(expected[i] ?? 0));
  }
  return difference / largest;
}
