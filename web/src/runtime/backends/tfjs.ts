import type { OpenOptions, Runtime } from './backend.ts';

/** TensorFlow.js running a graph model; the library and the one backend are loaded when first opened. */
export const runtime: Runtime = {
  name: 'tfjs',
  targets: ['tfjs-graph'],
  backends: { browser: ['wasm', 'webgl', 'cpu'], node: ['wasm', 'cpu'] },
  async open(options: OpenOptions) {
    const { openGraph } = await import('./tfjs/graph.ts');
    return openGraph(options);
  },
};
