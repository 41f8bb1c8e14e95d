/** The worker's entry: one import and nothing else, for WebKit evaluates an entry again when a chunk imports it. */
import './worker.ts';
