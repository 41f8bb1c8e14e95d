import { loadCode } from '../load-code.ts';
import type { OpenOptions, Runtime } from './backend.ts';

/** TensorFlow.js running a graph or a layers model; the library and the one backend are loaded when first opened. */
export const runtime: Runtime = {
  name: 'tfjs',
  targets: ['tfjs-graph', 'tfjs-layers'],
  backends: { browser: ['wasm', 'webgl', 'cpu'], node: ['wasm', 'cpu'] },
  async open(options: OpenOptions) {
    if (options.artifact.target === 'tfjs-layers') {
      const { openLayers } = await loadCode(options.bundle, () => import('./tfjs/layers.ts'));
      return openLayers(options);
    }
    const { openGraph } = await loadCode(options.bundle, () => import('./tfjs/graph.ts'));
    return openGraph(options);
  },
};
