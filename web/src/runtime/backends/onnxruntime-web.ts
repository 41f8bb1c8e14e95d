import binaryUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { FailedError, describeError } from '../errors.ts';
import { loadCode } from '../files/load-code.ts';
import { type OpenOptions, type Runtime, requireFile } from '../runtime.ts';
import { createSessionModel } from './onnx/session.ts';

/** onnxruntime's WebAssembly build with one thread; the binary of its default entry is twice as large. */
export const runtime: Runtime = {
  name: 'onnxruntime-web',
  title: 'onnxruntime-web',
  targets: { onnx: 'onnxruntime-web' },
  backends: { browser: ['wasm'], node: [] },
  order: 2,
  async open({ artifact, bundle, platform }: OpenOptions) {
    const files = await bundle.readFiles(artifact.files);
    const ort = await loadCode(bundle, () => import('onnxruntime-web/wasm'));
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.proxy = false;
    ort.env.wasm.wasmBinary = (await bundle.readLocation(platform.locate(binaryUrl))).slice().buffer;
    try {
      const session = await ort.InferenceSession.create(requireFile(files, artifact.entry), {
        executionProviders: ['wasm'],
        graphOptimizationLevel: 'all',
      });
      return createSessionModel(ort, session, artifact, ort.env.versions.web ?? 'unknown');
    } catch (error) {
      throw new FailedError(
        `Expected ${artifact.entry} to be a model that onnxruntime-web can load; it answered: ${describeError(error)} Export the bundle again.`,
      );
    }
  },
};
