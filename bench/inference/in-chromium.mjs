/** Measures the subjects that `/files/request.json` lists, and posts the results. */
import { startLiteRt, startOnnxruntime, startTfjs } from './libraries.mjs';
import { measurePhotograph } from './photograph.mjs';
import { measureSubject } from './measure.mjs';

/** @param {string} path */
async function read(path) {
  const response = await fetch(path === 'webparity.wasm' ? '/module/webparity.wasm' : `/files/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function answer() {
  try {
    const { subjects, rounds, photograph } = await (await fetch('/files/request.json')).json();
    const own = '/files/own.mjs';
    const libraries = {
      own: await import(own),
      tf: await startTfjs(),
      ort: await startOnnxruntime(),
      litert: await startLiteRt(),
    };
    const results = [];
    for (const subject of subjects) results.push(await measureSubject(libraries, read, subject, rounds, () => performance.now()));
    const label = photograph && (await measurePhotograph(libraries, read, photograph, rounds));
    return { results, label };
  } catch (error) {
    return { error: String(error instanceof Error ? error.stack : error) };
  }
}

await fetch('/answer', { method: 'POST', body: JSON.stringify(await answer()) });
