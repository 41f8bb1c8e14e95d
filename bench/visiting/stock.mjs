/** What the stock pages share: the sample, its way through a canvas, and the answer that is shown. */

const LABELS = '0123456789';
/** Asked for at once, beside library and model. */
export const sample = fetch('/model/sample.png').then((response) => response.blob());

/** @param {string} path */
export async function fetchBytes(path) {
  return new Uint8Array(await (await fetch(path)).arrayBuffer());
}

/** @returns {Promise<Float32Array>} gray values of the sample, 28 x 28 */
export async function readValues() {
  const bitmap = await createImageBitmap(await sample);
  const canvas = new OffscreenCanvas(28, 28);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('no canvas');
  context.drawImage(bitmap, 0, 0, 28, 28);
  const { data } = context.getImageData(0, 0, 28, 28);
  bitmap.close();
  return Float32Array.from({ length: 28 * 28 }, (_, index) => (data[4 * index] ?? 0) / 255);
}

/**
 * Classify the sample and show its label.
 *
 * @param {() => Promise<ArrayLike<number>>} classify
 */
export async function show(classify) {
  const answer = /** @type {HTMLElement} */ (document.getElementById('answer'));
  const again = async () => {
    const probabilities = Array.from(await classify());
    answer.textContent = LABELS[probabilities.indexOf(Math.max(...probabilities))] ?? '';
    answer.hidden = false;
  };
  Object.assign(globalThis, { classifyAgain: again });
  await again();
}
