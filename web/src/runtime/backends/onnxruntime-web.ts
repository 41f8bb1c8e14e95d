import { FailedError, messageOf } from '../errors.ts';
import { loadCode } from '../load-code.ts';
import { type OpenOptions, type Runtime, required } from './backend.ts';
import { sessionModel } from './onnx/session.ts';

/** onnxruntime's WebAssembly build, one thread; never its default entry, whose binary is twice as large. */
export const runtime: Runtime = {
  name: 'onnxruntime-web',
  targets: ['onnx'],
  backends: { browser: ['wasm'], node: [] },
  async open({ artifact, bundle, platform }: OpenOptions) {
    const files = await bundle.readFiles(artifact.files);
    const ort = await loadCode(bundle, () => import('onnxruntime-web/wasm'));
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.proxy = false;
    ort.env.wasm.wasmBinary = (await bundle.readLocation(platform.wasm('onnxruntime'))).slice().buffer;
    try {
      const session = await ort.InferenceSession.create(required(files, artifact.entry), {
        executionProviders: ['wasm'],
        graphOptimizationLevel: 'all',
      });
      return sessionModel(ort, session, artifact, ort.env.versions.web ?? 'unknown');
    } catch (error) {
      throw new FailedError(
        `Expected ${artifact.entry} to be a model that onnxruntime-web can load; it answered: ${messageOf(error)} Export the bundle again.`,
      );
    }
  },
};
