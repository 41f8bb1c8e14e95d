/** Generated from core/bundle/manifest.schema.json by `npm run types`; not for editing. */

/**
 * A bundle's manifest, `format` 1.
 */
export interface Manifest {
  format: 1;
  contract: 'rgb8/1';
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
  page?: Page | null;
  metrics?: {
    [k: string]: number;
  };
}
/**
 * From decoded RGB8 pixels to the network's input: gray, resize, then `(pixel * scale + offset - mean) / std`.
 *
 *     Attributes:
 *         height: the network's input height in pixels, 1 to 512.
 *         width: the network's input width in pixels, 1 to 512.
 *         channels: `gray` weighs R, G and B by Pillow's fixed-point ITU-R 601 coefficients; `rgb` keeps them.
 *         fit: `stretch` maps the whole image onto the target, whatever its aspect ratio.
 *         resize: `bilinear` is the triangle filter, widened when shrinking (antialiased), as in Pillow.
 *         scale: factor on grey levels (0 to 255); 1/255 gives 0 to 1.
 *         offset: added after scaling.
 *         mean: subtracted for each channel after scale and offset, or None.
 *         std: divided by for each channel after the mean, or None.
 *
 *     Raises:
 *         UsageError: a value is out of range.
 */
export interface Preprocessing {
  height: number;
  width: number;
  channels?: 'gray' | 'rgb';
  fit?: 'stretch';
  resize?: 'bilinear';
  scale?: number;
  offset?: number;
  mean?: number[] | null;
  std?: number[] | null;
}
/**
 * One exported model.
 *
 *     `outputs` maps each tap to its tensor's name in the graph. All take `input`, a uint8 tensor [N, H, W, 3] of any
 *     H and W, and give float32: `probabilities` and `scores` [N, C], `pixels` [N, h, w, c] in grey levels.
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
}
/**
 * One image file of the golden set with the reference's answers.
 *
 *     `rgb8` is the SHA-256 of the decoded pixels (height * width * 3 bytes, row by row); `scores` and
 *     `probabilities` are float32 [C]; `sample` marks those the page offers to try.
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
  label: number;
  /**
   * little-endian float32 values, base64
   */
  scores: string;
  /**
   * little-endian float32 values, base64
   */
  probabilities: string;
  sample?: boolean;
}
/**
 * Limits for one class of backends; decoded pixels and label flips have none: they must be identical and zero.
 *
 *     Attributes:
 *         pixels: largest absolute difference of resized pixels, in grey levels (0 to 255).
 *         scores: largest absolute difference of scores over the reference scores' range (max minus min).
 *         probabilities: largest absolute difference of probabilities (0 to 1).
 */
export interface Tolerance {
  pixels: number;
  scores: number;
  probabilities: number;
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
 * What the page offers beside choosing a file: `draw` names the kind of drawing, if any.
 */
export interface Page {
  /**
   * path inside site/, with forward slashes
   */
  entry?: string;
  draw?: 'digit' | null;
}
