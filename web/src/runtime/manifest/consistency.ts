import { decodeFloat32 } from '../float32.ts';
import type { OutputKind } from '../outputs/output-kind.ts';
import { findOutput, hasSettings } from '../outputs/registry.ts';
import type { Artifact, GoldenImage, Manifest } from './manifest.gen.ts';

const NUMBERS = ['probabilities', 'scores', 'values'] as const;

/** Describe a contradiction in a manifest of the right form, or return null; as in core/bundle/consistency.py. */
export function findContradiction(manifest: Manifest): string | null {
  const { labels, artifacts, golden } = manifest;
  if (labels.length === 0 || labels.some((label) => label.trim() === '')) return 'an empty label, or none';
  return (
    findDuplicate('label', labels) ??
    findDuplicate(
      'artifact id',
      artifacts.map(({ id }) => id),
    ) ??
    (hasSettings(manifest) ? null : 'settings of the output that do not fit its kind or the labels') ??
    findFirstFault(artifacts, (artifact) => findArtifactFault(artifact, manifest)) ??
    findFirstFault(golden, (image) => findGoldenFault(image, manifest))
  );
}

function findArtifactFault({ id, entry, files, outputs }: Artifact, manifest: Manifest): string | null {
  const { files: listed } = manifest;
  const { answer } = findOutput(manifest).kind;
  const unlisted = [entry, ...files].find((file) => !Object.hasOwn(listed, file));
  if (unlisted !== undefined) return `no digest of the file ${unlisted}`;
  return Object.hasOwn(outputs, answer) ? null : `no ${answer} among the outputs of ${id}`;
}

function findGoldenFault(image: GoldenImage, manifest: Manifest): string | null {
  const { file, width, height } = image;
  if (!Object.hasOwn(manifest.files, file)) return `no digest of the file ${file}`;
  if (width < 1 || height < 1) return `a size of ${width} x ${height} of ${file}`;
  const { kind, output } = findOutput(manifest);
  const count = kind.count(output, manifest.labels.length);
  for (const tap of NUMBERS) {
    const given = image[tap] ?? null;
    if ((given !== null) !== kind.numbers.includes(tap)) {
      return `${kind.numbers.join(' or ')} of ${file} that are missing, or others`;
    }
    const row = given === null ? null : decodeFloats(given);
    if (given !== null && row?.length !== count) return `${tap} of ${file} that are not one per label`;
    if (row !== null && !row.every(Number.isFinite)) return `NaN or infinity among the ${tap} of ${file}`;
  }
  const answer = decodeFloat32(image[kind.answer] ?? '');
  const fault = kind.findFault(answer);
  if (fault !== null) return `${kind.answer} of ${file} with ${fault}`;
  return findLabelFault(image, kind.decide(answer, output), kind.labels);
}

/** Of one label an image it is `label`, of several `present`, and none otherwise. */
function findLabelFault({ file, label = null, present = null }: GoldenImage, decided: number[], labels: OutputKind['labels']): string | null {
  const [best = null] = labels === 'top1' ? decided : [];
  const several = labels === 'labels' ? decided.join() : null;
  if (label !== best) return `${label} as the label of ${file}, whose most probable class is ${best}`;
  return (present?.join() ?? null) === several ? null : `${present?.join()} as the labels of ${file}, which are ${several}`;
}

function decodeFloats(text: string): Float32Array | null {
  try {
    return decodeFloat32(text);
  } catch {
    return null;
  }
}

function findDuplicate(what: string, values: readonly string[]): string | null {
  const again = values.find((value, index) => values.indexOf(value) !== index);
  return again === undefined ? null : `the ${what} ${JSON.stringify(again)} twice`;
}

function findFirstFault<T>(values: readonly T[], fault: (value: T) => string | null): string | null {
  for (const value of values) {
    const found = fault(value);
    if (found !== null) return found;
  }
  return null;
}
