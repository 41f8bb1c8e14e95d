/** Generated from core/bundle/manifest.schema.json by `npm run types`; not for editing. */

/**
 * A bundle's manifest, `format` 1.
 *
 * `output` says what the model's numbers are; manifests that were written before are of probabilities. For measured
 * values, `labels` are their names.
 *
 * `files` lists every file of the site but the manifest itself and the page's `entry`. `source` is the digest of
 * `source/source.json` in its canonical form (RFC 8785) without its own `manifest`, which is the digest of this.
 *
 * `score_scale` is what differences of scores are measured by: at least the span of the golden set's scores. It is
 * null in manifests that were written before it was known; the golden set's span stands for it then.
 * `score_rounding` is the largest difference of a score that float32's rounding alone may make on a CPU.
 */
export interface Manifest {
  format: 1;
  contract: 'luma8/2' | 'rgb8/1' | 'rgb8/2';
  name: string;
  labels: string[];
  preprocessing: Preprocessing;
  artifacts: Artifact[];
  golden: GoldenImage[];
  tolerances: {
    [k: string]: Tolerance;
  };
  files: {
    [k: string]: FileEntry;
  };
  producer: {
    [k: string]: string;
  };
  source?: string | null;
  page?: Page | null;
  metrics?: {
    [k: string]: number;
  };
  own_labels?: OwnLabels | null;
  output?: ModelOutput;
  score_scale?: number | null;
  score_rounding?: number;
}
/**
 * From decoded RGB8 pixels to the network's input: gray, resize, then `(pixel * scale + offset - mean) / std`.
 *
 * With `hog`, its feature vector stands in the place of the normalised pixels. Or `steps`, a pipeline of named steps,
 * in the place of all other fields: height, width and channels follow from them.
 *
 * Attributes:
 *     height: height that the image is resized to, in pixels, 1 to 2048.
 *     width: width that the image is resized to, in pixels, 1 to 2048.
 *     channels: `gray` weighs R, G and B by Pillow's fixed-point ITU-R 601 coefficients; `rgb` keeps them; `bgr` gives
 *         them the other way round.
 *     fit: how an image of another aspect ratio is mapped onto the target, one of the files in `fits/`: `stretch` maps
 *         the whole image, whatever its aspect ratio; `cover` and `contain` keep it.
 *     resize: the interpolation, one of the files in `interpolations/`: `bilinear` is the triangle filter, widened
 *         when shrinking (antialiased), as in Pillow; with `like`, that library's own. `area`, with `like="opencv"`
 *         only, is the mean of the area that a pixel covers (INTER_AREA).
 *     like: the library that the model was trained behind, whose gray and resize are then reproduced to its rounding:
 *         `pillow`, `opencv` or `tensorflow`; None resizes without rounding.
 *     scale: factor on grey levels (0 to 255); 1/255 gives 0 to 1.
 *     offset: added after scaling.
 *     mean: subtracted for each channel after scale and offset, or None.
 *     std: divided by for each channel after the mean, or None.
 *     hog: features of the gray pixels times `scale`, without offset, mean and std; or None.
 *     steps: a pipeline in the order of the graph (`pipeline/steps/`): Step objects, or tables such as
 *         `{"step": "resize", "method": "bicubic", "like": "pillow", "shorter": 256}`.
 *
 * Raises:
 *     UsageError: a value is out of range; the message names the key and the values it may have.
 *
 * Examples:
 *     >>> Preprocessing(height=28, width=28)
 *     >>> Preprocessing(steps=[{"step": "resize", "height": 224, "width": 224}, {"step": "scale"}])
 */
export interface Preprocessing {
  height?: number;
  width?: number;
  channels?: 'bgr' | 'gray' | 'rgb';
  fit?: string;
  resize?: string;
  like?: ('opencv' | 'pillow' | 'tensorflow') | null;
  scale?: number;
  offset?: number;
  mean?: number[] | null;
  std?: number[] | null;
  hog?: Hog | null;
  steps?: Step[];
}
/**
 * Histograms of oriented gradients (Dalal and Triggs, 2005) as `skimage.feature.hog` defines them.
 *
 * Attributes:
 *     orientations: bins over 0 to 180 degrees, 1 to 36.
 *     pixels_per_cell: side of the square cells whose gradients are counted together, in pixels.
 *     cells_per_block: side of the square blocks that are normalised together, in cells; blocks overlap.
 *     normalisation: norm that each block is divided by; `L2-Hys` clips at 0.2 and divides again.
 *
 * Raises:
 *     UsageError: a value is out of range.
 */
export interface Hog {
  orientations: number;
  pixels_per_cell: number;
  cells_per_block: number;
  normalisation?: 'L1' | 'L2' | 'L2-Hys';
}
/**
 * A step of a pipeline.
 *
 * Attributes:
 *     step: its name, one of the files in `steps/`.
 *     options: its options by name; `check_steps` fills in those with a default.
 *
 * Examples:
 *     >>> Step(step="resize", options={"method": "bicubic", "like": "pillow", "height": 224, "width": 224})
 */
export interface Step {
  step: string;
  options?: {
    [k: string]: boolean | number | string | number[];
  };
}
/**
 * One exported model.
 *
 * `outputs` maps each tap to its tensor's name in the graph. All take `input`, a uint8 tensor [N, H, W, 3] of any
 * H and W, and give float32: `pixels` [N, h, w, c] in grey levels, and by the kind of the manifest's `output`
 * `probabilities` and `scores` [N, C], `scores` alone ([N, 1] by the rule `sign`), or `values` [N, C].
 *
 * `backends` lists the runtimes with their backends that have all of its operators, such as `tfjs:wasm`; `warnings`
 * says what speaks against others.
 *
 * An artifact of reduced precision is held to `tolerances` of its own, which follow from its `deviation`; one of
 * float32 to the manifest's.
 *
 * `golden_bits` is the SHA-256 of the answers to the golden set, for a target whose answers have the same bits
 * everywhere: probabilities, values, scores and pixels of each image, those there are, as little-endian float32.
 */
export interface Artifact {
  id: string;
  target: string;
  precision: string;
  /**
   * path inside site/, with forward slashes
   */
  entry: string;
  /**
   * Items: path inside site/, with forward slashes
   */
  files: string[];
  bytes: number;
  ops: string[];
  input: string;
  outputs: {
    [k: string]: string;
  };
  backends?: string[];
  warnings?: string[];
  tolerances?: {
    [k: string]: Tolerance;
  } | null;
  deviation?: Deviation | null;
  golden_bits?: string | null;
}
/**
 * Limits for one class of backends; decoded pixels have none: they must be identical.
 *
 * Attributes:
 *     pixels: largest absolute difference of resized pixels, in grey levels (0 to 255).
 *     scores: largest absolute difference of scores, or of measured values, over their span (`compute_score_span`).
 *     probabilities: largest absolute difference of probabilities (0 to 1).
 *     margin: lead of the reference's first label over its second, in the answer's own unit (probability, or score),
 *         below which another label is undecided; beyond it another label fails. Of several labels, the distance of a
 *         probability from its threshold. 0 in this table, so that only what float32 cannot hold and what reduced
 *         weights move are undecided.
 */
export interface Tolerance {
  pixels: number;
  scores: number;
  probabilities: number;
  margin?: number;
}
/**
 * Differences between the trained model and the one with reduced weights, measured at export.
 *
 * `images` were looked at, `flips` of them got another label; `scores` is the largest difference of scores, or of
 * measured values, over their span, `probabilities` the largest difference, 0 to 1, and 0 without probabilities.
 */
export interface Deviation {
  images: number;
  flips: number;
  scores: number;
  probabilities: number;
}
/**
 * One image file of the golden set with the reference's answers.
 *
 * `rgb8` is the SHA-256 of the decoded pixels (height * width * 3 bytes, row by row); `sample` marks those the page
 * offers to try. `scores`, `probabilities` and `values` are float32 [C]; those are there that the kind of the
 * manifest's `output` has. `label` is the index of the label, of kinds with one label; `present` lists the labels of
 * several. `undecided` marks those that a model whose answers jump decides by less than resized pixels may differ, so
 * that runtimes may answer them either way.
 */
export interface GoldenImage {
  /**
   * path inside site/, with forward slashes
   */
  file: string;
  title: string;
  width: number;
  height: number;
  /**
   * lower-case hexadecimal SHA-256
   */
  rgb8: string;
  label?: number | null;
  present?: number[] | null;
  scores?: string | null;
  probabilities?: string | null;
  values?: string | null;
  sample?: boolean;
  undecided?: boolean;
}
/**
 * One file of the site: its digest and its size in bytes.
 */
export interface FileEntry {
  /**
   * lower-case hexadecimal SHA-256
   */
  sha256: string;
  bytes: number;
}
/**
 * The page: its HTML file, its digest, and the drawing pad it offers, if any (`draw`).
 *
 * `sha256` is that of the file `entry` with 64 zeros in the place of the manifest's digest, which the file holds.
 */
export interface Page {
  /**
   * path inside site/, with forward slashes
   */
  entry?: string;
  sha256?: string | null;
  draw?: 'digit' | null;
}
/**
 * Comparison of the bundle's labels with those of the classifier's own `predict`.
 *
 * A bundle's label is that of the largest probability, or follows from the scores by the output's rule. `images` of
 * the golden set were asked; on `differing` of them the classifier's own `predict` gives another label, as a support
 * vector machine with probabilities does.
 */
export interface OwnLabels {
  images: number;
  differing: number;
}
/**
 * What a model's numbers are, and how a label follows from them.
 *
 * `kind` is `probabilities` (one label; they sum to 1), `scores` (one label; decision scores, no probabilities),
 * `multilabel` (any number of labels, an independent probability each) or `values` (measured numbers, no label).
 *
 * `rule` gives the label from scores, as the library's own `predict` does: `argmax`, the lowest index on ties; `sign`,
 * of one score the second label where it is above 0; `votes`, the argmax of scores rounded to whole votes, the lowest
 * index on ties. Other kinds have none.
 *
 * `thresholds` are those of `multilabel`, one a label, above 0 and below 1: a label is given where its probability is
 * at least this. `units` are those of `values`, one a value, empty where it has none.
 */
export interface ModelOutput {
  kind?: 'multilabel' | 'probabilities' | 'scores' | 'values';
  rule?: ('argmax' | 'sign' | 'votes') | null;
  thresholds?: number[];
  units?: string[];
}
