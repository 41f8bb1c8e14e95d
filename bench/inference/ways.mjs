/**
 * The ways to run a model: ours and its peers. Each opens a model once; then it answers any number of times.
 *
 * @typedef {{ model: string[] | string, feed?: string, weights?: string, answer?: string }} Files
 * @typedef {{ files: Files, shape: number[], values: Float32Array, pixels: Uint8Array, read: (path: string) => Promise<Uint8Array> }} Opening
 * @typedef {() => Float32Array | Promise<Float32Array>} Run
 * @typedef {{ own: any, ort: any, tf: any, litert: any }} Libraries
 */

/** @type {Record<string, (libraries: Libraries, opening: Opening) => Promise<Run>>} */
export const WAYS = {
  webparity: openOwn,
  litert: openLiteRt,
  'onnxruntime-web': openOnnxruntime,
  tfjs: openTfjs,
};

/** @param {Libraries} libraries @param {Opening} opening @returns {Promise<Run>} */
async function openOwn({ own }, { files, shape, pixels, read }) {
  const module = await WebAssembly.compile(await read('webparity.wasm'));
  const program = new own.Program(module, await read(first(files.model)));
  const image = { width: shape[1], height: shape[0], data: pixels };
  return () => program.run(image)[0];
}

/** @param {Libraries} libraries @param {Opening} opening @returns {Promise<Run>} */
async function openLiteRt({ litert }, { files, shape, values, read }) {
  const model = await litert.loadAndCompile(await read(first(files.model)), { accelerator: 'wasm' });
  return async () => {
    const input = new litert.Tensor(values, [1, ...shape]);
    const [output] = await model.run(input);
    const answer = output.toTypedArray().slice();
    output.delete();
    input.delete();
    return answer;
  };
}

/** @param {Libraries} libraries @param {Opening} opening @returns {Promise<Run>} */
async function openOnnxruntime({ ort }, { files, shape, values, pixels, read }) {
  const session = await ort.InferenceSession.create(await read(first(files.model)), { executionProviders: ['wasm'] });
  const [input] = session.inputNames;
  const output = session.outputNames.includes('probabilities') ? 'probabilities' : session.outputNames[0];
  const tensor =
    files.feed === 'image'
      ? new ort.Tensor('uint8', pixels, [1, shape[0], shape[1], 3])
      : new ort.Tensor('float32', values, [1, ...shape]);
  return async () => (await session.run({ [input]: tensor }, [output]))[output].data;
}

/** @param {Libraries} libraries @param {Opening} opening @returns {Promise<Run>} */
async function openTfjs({ tf }, { files, shape, values, pixels, read }) {
  const entry = first(files.model);
  const document = JSON.parse(new TextDecoder().decode(await read(entry)));
  const parts = files.weights === undefined ? files.model.slice(2) : [files.weights];
  const data = join(await Promise.all([...parts].map(read)));
  const specs = document.weightSpecs ?? document.weightsManifest[0].weights;
  const model = await tf.loadGraphModel({
    load: async () => ({ modelTopology: document.modelTopology, weightSpecs: specs, weightData: data.buffer }),
  });
  const answer = files.answer ?? 'probabilities';
  return async () => {
    const input =
      files.feed === 'image'
        ? tf.tensor4d(new Int32Array(pixels), [1, shape[0], shape[1], 3], 'int32')
        : tf.tensor(values, [1, ...shape]);
    const output = model.execute(input, answer);
    const data = await output.data();
    tf.dispose([input, output]);
    return data;
  };
}

/** @param {string[] | string} model */
const first = (model) => (typeof model === 'string' ? model : /** @type {string} */ (model[0]));

/** @param {Uint8Array[]} parts */
function join(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
