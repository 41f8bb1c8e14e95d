import type { Manifest, ModelOutput } from '../manifest/manifest.gen.ts';
import { multilabel } from './multilabel.ts';
import type { OutputKind } from './output-kind.ts';
import { probabilities } from './probabilities.ts';
import { scores } from './scores.ts';
import { values } from './values.ts';

/** Every kind of output, by its name in the manifest. */
export const OUTPUT_KINDS: Readonly<Record<NonNullable<ModelOutput['kind']>, OutputKind>> = {
  probabilities,
  scores,
  multilabel,
  values,
};

/** Whether the settings of an output are those of its kind, as many as there are labels. */
export function hasSettings(manifest: Pick<Manifest, 'labels' | 'output'>): boolean {
  const { kind, output } = findOutput(manifest);
  const { rule = null, thresholds = [], units = [] } = output;
  const count = manifest.labels.length;
  return (
    (rule !== null) === (kind.setting === 'rule') &&
    thresholds.length === (kind.setting === 'thresholds' ? count : 0) &&
    units.length === (kind.setting === 'units' ? count : 0) &&
    thresholds.every((each) => each > 0 && each < 1) &&
    (rule !== 'sign' || count === 2)
  );
}

/** The kind of a model's output, and its settings; manifests that were written before kinds are of probabilities. */
export function findOutput({ output = {} }: { output?: ModelOutput }): { kind: OutputKind; output: ModelOutput } {
  return { kind: OUTPUT_KINDS[output.kind ?? 'probabilities'], output };
}
