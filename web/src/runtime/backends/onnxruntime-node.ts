import { FailedError, messageOf } from '../errors.ts';
import { type OpenOptions, type Runtime, required } from './backend.ts';
import { type Ort, sessionModel } from './onnx/session.ts';

/** onnxruntime's native build for Node, one thread; it is not bundled but found where the user installed it. */
export const runtime: Runtime = {
  name: 'onnxruntime-node',
  targets: ['onnx'],
  backends: { browser: [], node: ['cpu'] },
  async open({ artifact, bundle, platform }: OpenOptions) {
    const files = await bundle.readFiles(artifact.files);
    const ort = (await platform.external('onnxruntime-node')) as Ort;
    try {
      const session = await ort.InferenceSession.create(required(files, artifact.entry), {
        executionProviders: ['cpu'],
        graphOptimizationLevel: 'all',
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
      });
      return sessionModel(ort, session, artifact, ort.env.versions.node ?? 'unknown');
    } catch (error) {
      throw new FailedError(
        `Expected ${artifact.entry} to be a model that onnxruntime-node can load; it answered: ${messageOf(error)} Export the bundle again.`,
      );
    }
  },
};
