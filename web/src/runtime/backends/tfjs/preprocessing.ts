import { type serialization, type Tensor, serialization as registry } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { FailedError } from '../../errors.ts';
import type { Graph } from './graph.ts';

interface Config extends serialization.ConfigDict {
  name: string;
  /** File name of the graph model beside `model.json`. */
  graph: string;
  /** Shapes of the two outputs, without the batch. */
  pixels: number[];
  values: number[];
}

/**
 * The preprocessing as a layer: an int32 image [N, H, W, 3] of any size to `pixels`, in grey levels, and `values`, what
 * the network gets. It runs the exported graph and computes nothing itself, so preprocessing is written only once.
 */
export class WebparityPreprocessing extends layers.Layer {
  static readonly className = 'WebparityPreprocessing';
  readonly file: string;
  readonly #config: Config;
  #graph: Graph | null = null;

  constructor(config: Config) {
    super({ name: config.name });
    this.#config = config;
    this.file = config.graph;
  }

  /** Set the graph. TF.js builds layers from JSON, which cannot hold it. */
  attach(graph: Graph): void {
    this.#graph = graph;
  }

  override computeOutputShape() {
    return [
      [null, ...this.#config.pixels],
      [null, ...this.#config.values],
    ];
  }

  override call(inputs: Tensor | Tensor[]): Tensor[] {
    const [image] = Array.isArray(inputs) ? inputs : [inputs];
    if (this.#graph === null || image === undefined) {
      throw new FailedError(`Expected the graph ${this.file} and one image; received less. Attach it after loading.`);
    }
    return this.#graph.execute({ image }, ['pixels', 'values']) as Tensor[];
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#config };
  }

  override dispose() {
    this.#graph?.dispose();
    return super.dispose();
  }
}

registry.registerClass(WebparityPreprocessing);
