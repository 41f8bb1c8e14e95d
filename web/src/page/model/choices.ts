import { runtimes } from '../../../assets/runtimes.json';
import type { Artifact, Manifest } from '../../runtime/manifest/manifest.gen.ts';
import { BACKENDS, type BackendName, type RuntimeDescription } from '../../runtime/runtime.ts';
import type { OpenResult } from '../../session/protocol.ts';

const RUNTIMES = runtimes as readonly RuntimeDescription[];

/** One way to run the model, as the selector offers it. */
export interface Choice {
  runtime: string;
  backend: BackendName;
  artifact: Artifact;
  title: string;
}

/** Describe what ran: library, version and backend. */
export function describeRun({ runtime, version, backend }: OpenResult): string {
  const title = RUNTIMES.find(({ name }) => name === runtime)?.title ?? runtime;
  return `${title} ${version}, ${backend}`;
}

/** Whether a choice's answers have the same bits in every place. */
export function hasSameBits({ runtime }: Choice): boolean {
  return RUNTIMES.find(({ name }) => name === runtime)?.exact === true;
}

/** List the ways to run a bundle in a browser: full precision first, then in the order of the runtimes. */
export function listChoices(manifest: Manifest): Choice[] {
  const found = manifest.artifacts.flatMap((artifact) =>
    RUNTIMES.flatMap((runtime) => {
      const rank = rankChoice(runtime, artifact);
      return describeChoices(runtime, artifact).map((choice) => ({ choice, rank }));
    }),
  );
  return found.sort((a, b) => compareRanks(a.rank, b.rank)).map(({ choice }) => choice);
}

function describeChoices({ name, targets, backends }: RuntimeDescription, artifact: Artifact): Choice[] {
  const title = targets[artifact.target];
  if (title === undefined) return [];
  const precision = artifact.precision === 'float32' ? '' : `, ${artifact.precision}`;
  return backends.browser.map((backend) => ({
    runtime: name,
    backend,
    artifact,
    title: `${title}, ${BACKENDS[backend].title}${precision}`,
  }));
}

/** Rank a choice: the numbers that its place depends on, the most important first. */
function rankChoice({ order, targets }: RuntimeDescription, { precision, target }: Artifact): number[] {
  return [precision === 'float32' ? 0 : 1, order, Object.keys(targets).indexOf(target)];
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const place = a.findIndex((value, index) => value !== b[index]);
  return (a[place] ?? 0) - (b[place] ?? 0);
}
