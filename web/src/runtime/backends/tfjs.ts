import { loadCode } from '../files/load-code.ts';
import type { OpenOptions, Runtime } from '../runtime.ts';

/** TensorFlow.js with a graph or a layers model; `open` loads the library and one backend. */
export const runtime: Runtime = {
  name: 'tfjs',
  title: 'TensorFlow.js',
  targets: { 'tfjs-graph': 'TensorFlow.js', 'tfjs-layers': 'TensorFlow.js layers' },
  backends: { browser: ['wasm', 'webgl', 'cpu'], node: ['wasm', 'cpu'] },
  order: 1,
  async open(options: OpenOptions) {
    if (options.artifact.target === 'tfjs-layers') {
      const { openLayers } = await loadCode(options.bundle, () => import('./tfjs/layers.ts'));
      return openLayers(options);
    }
    const { openGraph } = await loadCode(options.bundle, () => import('./tfjs/graph.ts'));
    return openGraph(options);
  },
};
