/** The page's own host of programs, as one file for the benchmark. */
export { Program } from '../../web/src/runtime/wasm/program.ts';
