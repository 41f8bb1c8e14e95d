/** The parts of a JPEG file: frame, components and scans. */
import type { HuffmanTable } from './huffman.ts';

/** One colour component: its identifier, sampling factors (1 to 4) and quantisation table's number. */
export interface Component {
  id: number;
  h: number;
  v: number;
  tq: number;
}

/** One component in a scan, with the Huffman tables that are valid there. */
export interface ScanComponent {
  index: number;
  component: Component;
  dc: HuffmanTable | undefined;
  ac: HuffmanTable | undefined;
}

/** One scan; `parts` are the restart intervals' bytes as stored. */
export interface Scan {
  components: ScanComponent[];
  first: number;
  last: number;
  high: number;
  low: number;
  interval: number;
  parts: Uint8Array[];
}

/** The frame header. */
export interface Frame {
  /** Pixels as stored, before the orientation. */
  width: number;
  height: number;
  /** One (gray) or three. */
  components: Component[];
}

/** A parsed JPEG file. */
export interface Jpeg extends Frame {
  progressive: boolean;
  colour: 'gray' | 'ycbcr' | 'rgb';
  /** EXIF orientation, 1 to 8. */
  orientation: number;
  /** For each component the 64 divisors in zigzag order. */
  quantisation: Map<number, Uint16Array>;
  scans: Scan[];
  /** The file without metadata: the same pixels, and nothing that makes a decoder rotate or convert them. */
  plain: Uint8Array<ArrayBuffer>;
}
