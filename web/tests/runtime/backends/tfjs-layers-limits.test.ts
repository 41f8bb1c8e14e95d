/** Why `tfjs-layers` refuses what it refuses. Where one of these fails, TF.js has learnt it, and the refusal can go. */
import '@tensorflow/tfjs-backend-cpu';
import { io, randomUniform, serialization, setBackend, type Tensor } from '@tensorflow/tfjs-core';
import { layers, loadLayersModel } from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';

beforeAll(() => setBackend('cpu'));

test('depthwise convolutions take no dilation', () => {
  const image = randomUniform([1, 9, 9, 2]);
  const shape = (dilationRate: number) =>
    (layers.depthwiseConv2d({ kernelSize: 3, dilationRate }).apply(image) as Tensor).shape;
  expect(shape(2)).toEqual(shape(1));
});

test('attention cannot be read from a file, since its second tensor is an argument by name', async () => {
  const layer = (class_name: string, config: object, inbound_nodes: unknown[]) => ({
    class_name,
    name: class_name,
    config: { name: class_name, ...config },
    inbound_nodes,
  });
  const own = ['InputLayer', 0, 0];
  const modelTopology = {
    class_name: 'Model',
    config: {
      name: 'attention',
      layers: [
        layer('InputLayer', { batch_input_shape: [null, 4, 8] }, []),
        layer('MultiHeadAttention', { num_heads: 2, key_dim: 4 }, [[[...own, { value: own }]]]),
      ],
      input_layers: [own],
      output_layers: [['MultiHeadAttention', 0, 0]],
    },
  };
  await expect(loadLayersModel(io.fromMemory({ modelTopology }))).rejects.toThrow();
});

test.each(['GetItem', 'GroupNormalization', 'Normalization'])('there is no %s', (name) => {
  expect(serialization.SerializationMap.getMap().classNameMap).toHaveProperty('Dense');
  expect(serialization.SerializationMap.getMap().classNameMap).not.toHaveProperty(name);
});
