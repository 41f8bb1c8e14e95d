import { DecodeRefusal } from '../refusal.ts';
import { checkBlock } from './amplitude.ts';
import { BitReader, createCodeRefusal, countUnitsOfIntervals, requireTable } from './bit-reader.ts';
import { type HuffmanTable, MAX_AC_SIZE, MAX_DC_SIZE } from './huffman.ts';
import { layOutComponents, countUnitsOfScan } from './layout.ts';
import type { Jpeg, Scan } from './types.ts';

/** How to read one block of a unit: `place` numbers the scan's components, each with its own DC prediction. */
interface BlockPlan {
  place: number;
  dc: HuffmanTable;
  ac: HuffmanTable;
  divisors: Uint16Array;
}

/**
 * Read all scans of a baseline or extended sequential frame to their end, and check them.
 *
 * @throws DecodeRefusal `corrupt`, or `truncated` where a component is missing
 */
export function checkSequentialScans(jpeg: Jpeg): void {
  const seen: number[] = [];
  for (const scan of jpeg.scans) {
    seen.push(...scan.components.map((c) => c.index));
    const plain = scan.first === 0 && scan.last === 63 && scan.high === 0 && scan.low === 0;
    if (!plain || new Set(seen).size < seen.length) {
      throw new DecodeRefusal('corrupt', 'a sequential JPEG with an impossible scan header');
    }
    checkScan(jpeg, scan);
  }
  if (seen.length < jpeg.components.length) throw new DecodeRefusal('truncated', 'a JPEG with scans missing');
}

function checkScan(jpeg: Jpeg, scan: Scan): void {
  const pattern: BlockPlan[] = layOutComponents(jpeg, scan).flatMap((member, place) => {
    const chosen = scan.components[place];
    const divisors = jpeg.quantisation.get(member.index) as Uint16Array;
    const plan: BlockPlan = { place, dc: requireTable(chosen?.dc), ac: requireTable(chosen?.ac), divisors };
    return Array.from({ length: member.h * member.v }, () => plan);
  });
  const block = new Int32Array(64);
  for (const [i, units] of countUnitsOfIntervals(scan, countUnitsOfScan(jpeg, scan)).entries()) {
    const bits = new BitReader(scan.parts[i] as Uint8Array);
    const predictions = new Int32Array(4);
    for (let unit = 0; unit < units; unit++) {
      for (const plan of pattern) {
        block.fill(0);
        readBlock(bits, plan, block);
        block[0] = (block[0] as number) + (predictions[plan.place] as number);
        predictions[plan.place] = block[0];
        checkBlock(block, 0, plan.divisors);
      }
      bits.check();
    }
    bits.finish();
  }
}

function readBlock(bits: BitReader, { dc, ac }: BlockPlan, block: Int32Array): void {
  const dcSize = bits.readSymbol(dc);
  if (dcSize > MAX_DC_SIZE) throw createCodeRefusal();
  block[0] = bits.readSigned(dcSize);
  for (let k = 1; k < 64; k++) {
    const symbol = bits.readSymbol(ac);
    if (symbol === 0) return;
    const run = symbol >> 4;
    const size = symbol & 15;
    k += run;
    // Sixteen zeros may fill the block; other runs without a value belong to progressive files.
    if (size > MAX_AC_SIZE || k > 63 || (size === 0 && run !== 15)) throw createCodeRefusal();
    block[k] = bits.readSigned(size);
  }
}
