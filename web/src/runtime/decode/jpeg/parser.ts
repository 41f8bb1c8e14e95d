/** Parser of JPEG markers: frame, tables and scans, and the plain file for a decoder. */
import { concatenateCopy } from '../../bytes.ts';
import { encodeAscii, readBigEndian, startsWith } from '../bytes.ts';
import { DecodeRefusal } from '../refusal.ts';
import { isExif, readOrientation } from './exif.ts';
import { type HuffmanTable, readHuffmanTables } from './huffman.ts';
import { readQuantisationTables, readFrame, readScanComponents } from './segments.ts';
import type { Component, Frame, Jpeg, Scan } from './types.ts';

const [SOF0, SOF1, SOF2, DHT, EOI, SOS, DQT, DRI] = [0xc0, 0xc1, 0xc2, 0xc4, 0xd9, 0xda, 0xdb, 0xdd];
const [APP0, APP1, APP14, APP15, COM] = [0xe0, 0xe1, 0xee, 0xef, 0xfe];
/** Lossless, hierarchical and arithmetic frames, lines counted later. */
const UNSUPPORTED = [0xc3, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf, 0xdc, 0xde, 0xdf];
const READ = [SOF0, SOF1, SOF2, DHT, SOS, DQT, DRI];
const JFIF_SEGMENT = [0xff, 0xe0, 0, 0x10, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];
const ADOBE_RGB_SEGMENT = [0xff, 0xee, 0, 0x0e, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 0x64, 0, 0, 0, 0, 0];
const JFIF = [...encodeAscii('JFIF'), 0];
const ADOBE = encodeAscii('Adobe');

/**
 * Parse a JPEG file up to its end marker; what follows is ignored, because phones append data.
 *
 * @param data a file that begins with `FF D8 FF`
 * @returns the parsed file; its image data are not validated yet
 * @throws DecodeRefusal `truncated`, `corrupt`, `unsupported`, `cmyk` or `too-large`
 */
export function readJpeg(data: Uint8Array): Jpeg {
  return new JpegParser(data).parse();
}

class JpegParser {
  readonly #data: Uint8Array;
  readonly #divisors = new Map<number, Uint16Array>();
  readonly #dc = new Map<number, HuffmanTable>();
  readonly #ac = new Map<number, HuffmanTable>();
  readonly #kept: Uint8Array[] = [];
  readonly #quantisation = new Map<number, Uint16Array>();
  readonly #scans: Scan[] = [];
  #frame: (Frame & { progressive: boolean }) | null = null;
  #colour: Jpeg['colour'] = 'gray';
  #interval = 0;
  #exif: number | null = null;
  #jfif = false;
  #adobe: number | null = null;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  parse(): Jpeg {
    let at = 2;
    while (true) {
      const start = at;
      while (this.#data[at] === 0xff) at++;
      if (at >= this.#data.length) throw new DecodeRefusal('truncated', 'a JPEG without its end marker');
      if (at === start) throw new DecodeRefusal('corrupt', 'a JPEG with stray bytes between its segments');
      const marker = this.#data[at++] as number;
      if (marker === EOI) break;
      at = this.#readSegment(marker, at);
    }
    if (this.#frame === null || this.#scans.length === 0) {
      throw new DecodeRefusal('corrupt', 'a JPEG without image data');
    }
    const colour = Uint8Array.from(this.#colour === 'rgb' ? ADOBE_RGB_SEGMENT : JFIF_SEGMENT);
    return {
      ...this.#frame,
      colour: this.#colour,
      orientation: this.#exif ?? 1,
      quantisation: this.#quantisation,
      scans: this.#scans,
      plain: concatenateCopy([Uint8Array.of(0xff, 0xd8), colour, ...this.#kept, Uint8Array.of(0xff, EOI)]),
    };
  }

  #readSegment(marker: number, at: number): number {
    if (UNSUPPORTED.includes(marker)) {
      throw new DecodeRefusal('unsupported', `a JPEG of a rare kind (marker 0x${toHex(marker)})`);
    }
    const skipped = (marker >= APP0 && marker <= APP15) || marker === COM;
    if (!skipped && !READ.includes(marker)) {
      throw new DecodeRefusal('corrupt', `a JPEG with the misplaced marker 0x${toHex(marker)}`);
    }
    const length = at + 2 <= this.#data.length ? readBigEndian(this.#data, at, 2) : 2;
    if (at + Math.max(length, 2) > this.#data.length) {
      throw new DecodeRefusal('truncated', 'a JPEG that ends within a segment');
    }
    if (length < 2) throw new DecodeRefusal('corrupt', 'a JPEG segment of impossible length');
    let end = at + length;
    const body = this.#data.subarray(at + 2, end);
    if (skipped) {
      this.#readMetadata(marker, body);
      return end;
    }
    if (marker === DQT) readQuantisationTables(body, this.#divisors);
    else if (marker === DHT) readHuffmanTables(body, this.#dc, this.#ac);
    else if (marker === DRI) this.#readRestartInterval(body);
    else if (marker === SOS) end = this.#readScan(body, end);
    else if (this.#frame !== null) throw new DecodeRefusal('corrupt', 'a JPEG with two frames');
    else this.#frame = { ...readFrame(body), progressive: marker === SOF2 };
    this.#kept.push(Uint8Array.of(0xff, marker), this.#data.subarray(at, end));
    return end;
  }

  #readMetadata(marker: number, body: Uint8Array): void {
    if (marker === APP1 && this.#exif === null && isExif(body)) this.#exif = readOrientation(body);
    if (marker === APP14 && body.length >= 12 && startsWith(body, ADOBE)) this.#adobe = body[11] as number;
    if (marker === APP0 && startsWith(body, JFIF)) this.#jfif = true;
  }

  #readRestartInterval(body: Uint8Array): void {
    if (body.length !== 2) throw new DecodeRefusal('corrupt', 'a JPEG with a malformed restart interval');
    this.#interval = readBigEndian(body, 0, 2);
  }

  #readScan(body: Uint8Array, at: number): number {
    const frame = this.#frame;
    if (frame === null) throw new DecodeRefusal('corrupt', 'a JPEG with a scan before its frame');
    const components = readScanComponents(body, frame.components, this.#dc, this.#ac);
    for (const { index, component } of components) {
      const divisors = this.#divisors.get(component.tq);
      if (divisors === undefined) throw new DecodeRefusal('corrupt', 'a JPEG without its quantisation table');
      // A decoder keeps the table of a component's first scan.
      if (!this.#quantisation.has(index)) this.#quantisation.set(index, divisors);
    }
    const [parts, end] = this.#splitIntervals(at);
    if (this.#scans.length === 0) this.#colour = this.#findColour(frame.components);
    const [first, last, bits] = [...body.subarray(-3)] as [number, number, number];
    this.#scans.push({ components, first, last, high: bits >> 4, low: bits & 15, interval: this.#interval, parts });
    return end;
  }

  /** Split entropy-coded data at its restart markers. */
  #splitIntervals(from: number): [parts: Uint8Array[], end: number] {
    const data = this.#data;
    const cuts: number[] = [];
    let at = data.indexOf(0xff, from);
    while (true) {
      if (at < 0 || at + 1 >= data.length) {
        throw new DecodeRefusal('truncated', 'a JPEG that ends within its image data');
      }
      const next = data[at + 1] as number;
      if ((next & 0xf8) === 0xd0) cuts.push(at);
      else if (next !== 0) break;
      at = data.indexOf(0xff, at + 2);
    }
    if (cuts.some((cut, i) => data[cut + 1] !== 0xd0 + (i % 8))) {
      throw new DecodeRefusal('corrupt', 'a JPEG with restart markers out of order');
    }
    const starts = [from, ...cuts.map((cut) => cut + 2)];
    return [starts.map((start, i) => data.subarray(start, cuts[i] ?? at)), at];
  }

  /** Find the colour space of the components by the rules of the IJG library. */
  #findColour(components: Component[]): Jpeg['colour'] {
    if (components.length === 1) return 'gray';
    if (this.#jfif) return 'ycbcr';
    if (this.#adobe === 0) return 'rgb';
    if (this.#adobe === 1) return 'ycbcr';
    if (this.#adobe !== null) {
      throw new DecodeRefusal('corrupt', `a JPEG with the unknown Adobe transform ${this.#adobe}`);
    }
    return String.fromCharCode(...components.map((c) => c.id)) === 'RGB' ? 'rgb' : 'ycbcr';
  }
}

function toHex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
