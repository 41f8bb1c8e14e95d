// Runs programs in the module with nothing but `WebAssembly`, in Node (`node run_programs.mjs MODULE BATCH OUTPUTS`) and in
// pages. A batch holds, for each program: its length, the program, the count of its inputs, and each input behind its length.

export async function runPrograms(code, batch) {
  const module = await WebAssembly.compile(code);
  const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
  const parts = [];
  let at = 0;
  const take = () => {
    const size = view.getUint32(at, true);
    at += 4 + size;
    return batch.subarray(at - size, at);
  };
  while (at < batch.length) {
    const program = take();
    const { exports } = await WebAssembly.instantiate(module);
    const word = (address, index) => new DataView(exports.memory.buffer).getUint32(address + 4 * index, true);
    const check = (state) => {
      if (word(state, 0) !== 0) throw new Error(`code ${word(state, 0)}`);
      return state;
    };
    const room = exports.reserve_program(program.length) >>> 0;
    new Uint8Array(exports.memory.buffer).set(program, room);
    const state = check(exports.load_program(program.length) >>> 0);
    const [inputs, outputs] = [word(state, 3), word(state, 4)];
    const count = view.getUint32(at, true);
    at += 4;
    if (count !== inputs) throw new Error(`${count} arrays for ${inputs} inputs`);
    for (let index = 0; index < inputs; index += 1) {
      const address = word(exports.find_input(index) >>> 0, 0);
      new Uint8Array(exports.memory.buffer).set(take(), address);
    }
    check(exports.run_program(0) >>> 0);
    for (let index = 0; index < outputs; index += 1) {
      const place = exports.find_output(index) >>> 0;
      const size = SIZES[word(place, 1)] * word(place, 3);
      parts.push(new Uint8Array(exports.memory.buffer.slice(word(place, 0), word(place, 0) + size)));
    }
  }
  return parts;
}

/** Bytes of an element, by ONNX' number of its type. */
const SIZES = { 1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 11: 8, 12: 4, 13: 8 };

if (typeof process !== 'undefined') {
  const { readFileSync, writeFileSync } = await import('node:fs');
  const [module, batch, outputs] = process.argv.slice(2);
  writeFileSync(outputs, Buffer.concat(await runPrograms(readFileSync(module), new Uint8Array(readFileSync(batch)))));
}
