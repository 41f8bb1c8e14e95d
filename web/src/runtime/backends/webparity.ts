import moduleUrl from '../../../assets/webparity.wasm?url';
import { FailedError } from '../errors.ts';
import { type OpenOptions, type Outputs, type Runtime, requireFile } from '../runtime.ts';
import { Program } from '../wasm/program.ts';

/** The outputs of a program of a bundle, in this order. */
const OUTPUTS = ['probabilities', 'scores', 'pixels'] as const;
const VERSION_DIGITS = 12;

/** The module that decodes images too, with a program; its answers have the same bits on every platform. */
export const runtime: Runtime = {
  name: 'webparity',
  title: 'webparity',
  targets: { wasm: 'webparity' },
  backends: { browser: ['wasm'], node: ['wasm'] },
  order: 4,
  exact: true,
  async open({ artifact, bundle, module, platform }: OpenOptions) {
    const files = await bundle.readFiles(artifact.files);
    const digest = await bundle.findDigest(platform.locate(moduleUrl));
    const program = new Program(await module(), requireFile(files, artifact.entry), artifact.entry);
    return {
      version: digest.slice(0, VERSION_DIGITS),
      async run(image, taps) {
        const values = program.run(image);
        const outputs: Outputs = { probabilities: new Float32Array() };
        for (const [index, output] of OUTPUTS.entries()) {
          const value = values[index];
          if (!(value instanceof Float32Array) || values.length !== OUTPUTS.length) {
            throw new FailedError(
              `Expected a program with float32 ${OUTPUTS.join(', ')}; ${artifact.id} has others. Export the bundle again.`,
            );
          }
          if (output === 'probabilities' || taps.includes(output)) outputs[output] = value;
        }
        return outputs;
      },
      tensors: () => 0,
      close: async () => undefined,
    };
  },
};
