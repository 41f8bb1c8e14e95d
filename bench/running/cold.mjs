/** One first answer by one way, `?way=NAME&folder=SUBJECT`; posts the milliseconds since the page's first script. */
import { startLiteRt, startOnnxruntime, startTfjs } from './libraries.mjs';
import { WAYS } from './ways.mjs';

const query = new URLSearchParams(location.search);
const way = query.get('way') ?? '';
const folder = query.get('folder') ?? '';

/** @param {string} path */
async function read(path) {
  const response = await fetch(path === 'webparity.wasm' ? '/module/webparity.wasm' : `/files/${folder}/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** @param {string} source */
function loadScript(source) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.async = false;
    script.src = source;
    script.addEventListener('load', resolve);
    script.addEventListener('error', reject);
    document.head.append(script);
  });
}

async function startScripts() {
  const names = ['core', 'converter', 'backend-wasm'];
  await Promise.all(names.map((name) => loadScript(`/npm/@tensorflow/tfjs-${name}/dist/tf-${name}.min.js`)));
  return startTfjs();
}

/** @type {Record<string, () => Promise<any>>} */
const STARTS = {
  webparity: async () => {
    const own = '/files/own.mjs';
    return { own: await import(own) };
  },
  litert: async () => ({ litert: await startLiteRt() }),
  'onnxruntime-web': async () => ({ ort: await startOnnxruntime() }),
  tfjs: async () => ({ tf: await startScripts() }),
};

async function answer() {
  try {
    // All that can be asked for at once is, for every way alike.
    const [libraries, subject, pixels, values] = await Promise.all([
      STARTS[way]?.(),
      read('subject.json'),
      read('pixels.bin'),
      read('values.bin'),
    ]);
    const { shape, ways } = JSON.parse(new TextDecoder().decode(subject));
    const opening = { files: ways[way], shape, values: new Float32Array(values.buffer), pixels, read };
    const run = await /** @type {any} */ (WAYS)[way](libraries, opening);
    const { length } = await run();
    return { length, ms: performance.now() - /** @type {any} */ (window).began };
  } catch (error) {
    return { error: String(error instanceof Error ? error.stack : error) };
  }
}

await fetch('/answer', { method: 'POST', body: JSON.stringify(await answer()) });
