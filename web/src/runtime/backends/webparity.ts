import moduleUrl from '../../../assets/webparity.wasm?url';
import { FailedError } from '../errors.ts';
import { listWanted, type OpenOptions, type Outputs, type Runtime, requireFile } from '../runtime.ts';
import { ANSWER_ORDER } from '../taps.ts';
import { KeptProgram } from '../wasm/kept-program.ts';
import { Program } from '../wasm/program.ts';

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
    const known = ANSWER_ORDER.filter((tap) => Object.hasOwn(artifact.outputs, tap));
    const program = new KeptProgram(async () => {
      const [compiled, files] = await Promise.all([module(), bundle.readFiles(artifact.files)]);
      const loaded = new Program(compiled, requireFile(files, artifact.entry), artifact.entry);
      if (loaded.outputs.length === known.length && loaded.outputs.every(({ type }) => type === FLOAT32)) return loaded;
      throw new FailedError(
        `Expected a program with float32 ${known.join(', ')}; ${artifact.id} has others. Export the bundle again.`,
      );
    });
    const [digest] = await Promise.all([bundle.findDigest(platform.locate(moduleUrl)), program.load()]);
    return {
      version: digest.slice(0, VERSION_DIGITS),
      decoder: program,
      async run(image, taps) {
        const asked = listWanted(artifact, taps);
        const wanted = known.filter((tap) => asked.includes(tap));
        const values = await program.run(image, wanted.map((tap) => known.indexOf(tap)));
        return Object.fromEntries(wanted.map((tap, index) => [tap, values[index]])) as Outputs;
      },
      tensors: () => 0,
      close: async () => program.close(),
    };
  },
};
