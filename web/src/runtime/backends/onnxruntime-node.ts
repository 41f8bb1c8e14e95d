import { FailedError, describeError } from '../errors.ts';
import { type OpenOptions, type Runtime, requireFile } from '../runtime.ts';
import { type Ort, createSessionModel } from './onnx/session.ts';

/** onnxruntime's native build for Node with one thread; the user installs it, it is not part of the build. */
export const runtime: Runtime = {
  name: 'onnxruntime-node',
  title: 'onnxruntime-node',
  targets: { onnx: 'onnxruntime-node' },
  backends: { browser: [], node: ['cpu'] },
  order: 3,
  async open({ artifact, bundle, platform }: OpenOptions) {
    const files = await bundle.readFiles(artifact.files);
    const ort = (await platform.external('onnxruntime-node')) as Ort;
    try {
      const session = await ort.InferenceSession.create(requireFile(files, artifact.entry), {
        executionProviders: ['cpu'],
        graphOptimizationLevel: 'all',
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
      });
      return createSessionModel(ort, session, artifact, ort.env.versions.node ?? 'unknown');
    } catch (error) {
      throw new FailedError(
        `Expected ${artifact.entry} to be a model that onnxruntime-node can load; it answered: ${describeError(error)} Export the bundle again.`,
      );
    }
  },
};
