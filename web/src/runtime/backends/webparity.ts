import moduleUrl from '../../../assets/webparity.wasm?url';
import { FailedError } from '../errors.ts';
import { type OpenOptions, type Outputs, type Runtime, requireFile } from '../runtime.ts';
import { KeptProgram } from '../wasm/kept-program.ts';
import { Program } from '../wasm/program.ts';

/** The outputs of a program of a bundle, in this order. */
const OUTPUTS = ['probabilities', 'scores', 'pixels'] as const;
/** An `element_type`. */
const FLOAT32 = 1;
const VERSION_DIGITS = 12;

/** The module that decodes images too, with a program; its answers have the same bits on every platform. */
export const runtime: Runtime = {
  name: 'webparity',
  title: 'webparity',
  targets: { wasm: 'webparity' },
  backends: { browser: ['wasm'], node: ['wasm'] },
  order: 0,
  exact: true,
  async open({ artifact, bundle, module, platform }: OpenOptions) {
    const program = new KeptProgram(async () => {
      const [compiled, files] = await Promise.all([module(), bundle.readFiles(artifact.files)]);
      const loaded = new Program(compiled, requireFile(files, artifact.entry), artifact.entry);
      if (loaded.outputs.length === OUTPUTS.length && loaded.outputs.every(({ type }) => type === FLOAT32)) return loaded;
      throw new FailedError(
        `Expected a program with float32 ${OUTPUTS.join(', ')}; ${artifact.id} has others. Export the bundle again.`,
      );
    });
    const [digest] = await Promise.all([bundle.findDigest(platform.locate(moduleUrl)), program.load()]);
    return {
      version: digest.slice(0, VERSION_DIGITS),
      decoder: program,
      async run(image, taps) {
        const wanted = OUTPUTS.filter((output) => output === 'probabilities' || taps.includes(output));
        const values = await program.run(image, wanted.map((output) => OUTPUTS.indexOf(output)));
        const entries = wanted.map((output, index) => [output, values[index]] as const);
        return Object.fromEntries(entries) as Outputs;
      },
      tensors: () => 0,
      close: async () => program.close(),
    };
  },
};
