/** The worker's entry: one import only, because WebKit evaluates an entry again when a chunk imports it. */
import './worker.ts';
