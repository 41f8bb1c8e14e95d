import { argmax } from '../argmax.ts';
import { decodeFloat32 } from '../float32.ts';
import { findProbabilityFault } from '../probabilities.ts';
import type { Artifact, GoldenImage, Manifest } from './manifest.gen.ts';

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
    findFirstFault(artifacts, (artifact) => findArtifactFault(artifact, manifest)) ??
    findFirstFault(golden, (image) => findGoldenFault(image, manifest))
  );
}

function findArtifactFault({ id, entry, files, outputs }: Artifact, { files: listed }: Manifest): string | null {
  const unlisted = [entry, ...files].find((file) => !Object.hasOwn(listed, file));
  if (unlisted !== undefined) return `no digest of the file ${unlisted}`;
  return Object.hasOwn(outputs, 'probabilities') ? null : `no probabilities among the outputs of ${id}`;
}

function findGoldenFault(image: GoldenImage, { labels, files }: Manifest): string | null {
  const { file, label, width, height } = image;
  if (!Object.hasOwn(files, file)) return `no digest of the file ${file}`;
  if (width < 1 || height < 1) return `a size of ${width} x ${height} of ${file}`;
  const [scores, probabilities] = [decodeFloats(image.scores), decodeFloats(image.probabilities)];
  if (scores?.length !== labels.length || probabilities?.length !== labels.length) {
    return `scores or probabilities of ${file} that are not one per label`;
  }
  if (!scores.every(Number.isFinite)) return `NaN or infinity among the scores of ${file}`;
  const fault = findProbabilityFault(probabilities);
  if (fault !== null) return `probabilities of ${file} with ${fault}`;
  const best = argmax(probabilities);
  return label === best ? null : `${label} as the label of ${file}, whose most probable class is ${best}`;
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
