/** A photograph from the bytes of its file to a label: ours, and the stock page's way with each peer. */
import { WAYS } from './ways.mjs';

/**
 * @param {import('./ways.mjs').Libraries} libraries
 * @param {(path: string) => Promise<Uint8Array>} readFile
 * @param {string} folder of the subject; beside it lies `photograph.jpg`
 * @param {number} rounds
 * @returns {Promise<Record<string, number[]>>} milliseconds of each way, one a round
 */
export async function measurePhotograph({ own, ...peers }, readFile, folder, rounds) {
  /** @param {string} path */
  const read = (path) => readFile(`${folder}/${path}`);
  const subject = JSON.parse(new TextDecoder().decode(await read('subject.json')));
  const file = await readFile('photograph.jpg');
  const blob = new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (file)]);
  const program = new own.Program(await WebAssembly.compile(await readFile('webparity.wasm')), await read(subject.ways.webparity.model));
  const values = new Float32Array(subject.shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b));
  /** @type {[string, () => unknown][]} */
  const runs = [['webparity', () => findLargest(program.run(file)[0])]];
  for (const [name, library] of Object.entries({ litert: 'litert', 'onnxruntime-web': 'ort', tfjs: 'tf' })) {
    const opening = { files: subject.ways[name], shape: subject.shape, values, pixels: new Uint8Array(), read };
    const run = await /** @type {any} */ (WAYS)[name]({ [library]: /** @type {any} */ (peers)[library] }, opening);
    runs.push([
      name,
      async () => {
        await fillFromCanvas(blob, subject.shape, values);
        return findLargest(await run());
      },
    ]);
  }
  /** @type {Record<string, number[]>} */
  const times = Object.fromEntries(runs.map(([name]) => [name, []]));
  for (let round = -2; round < rounds; round++) {
    for (const [name, run] of runs) {
      const began = performance.now();
      await run();
      if (round >= 0) times[name]?.push(performance.now() - began);
    }
  }
  return times;
}

/**
 * What stock pages do: the browser decodes, a canvas resizes, and gray values go to the network.
 *
 * @param {Blob} blob
 * @param {number[]} shape
 * @param {Float32Array} values
 */
async function fillFromCanvas(blob, [height = 0, width = 0], values) {
  const bitmap = await createImageBitmap(blob);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('no canvas');
  context.drawImage(bitmap, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  bitmap.close();
  for (let i = 0; i < values.length; i++) {
    const [red = 0, green = 0, blue = 0] = [data[4 * i], data[4 * i + 1], data[4 * i + 2]];
    values[i] = (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
  }
}

/** @param {Float32Array} answer */
function findLargest(answer) {
  return answer.indexOf(Math.max(...answer));
}
