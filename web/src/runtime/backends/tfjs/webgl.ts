import { setWebGLContext } from '@tensorflow/tfjs-backend-webgl';
import { env } from '@tensorflow/tfjs-core';
import { DeviceError, UnavailableError } from '../../errors.ts';
import type { Device } from './device.ts';

const VERSION = 2;

/** Start the WebGL 2 backend with 32-bit floats, on its own canvas, so that the loss of the context is noticed. */
export async function start(): Promise<Device> {
  const canvas = new OffscreenCanvas(1, 1);
  const gl = canvas.getContext('webgl2', {
    alpha: false,
    antialias: false,
    premultipliedAlpha: false,
    preserveDrawingBuffer: false,
    depth: false,
    stencil: false,
    failIfMajorPerformanceCaveat: false,
  });
  if (gl === null) {
    throw new UnavailableError(
      'Expected WebGL 2 in a worker; this browser gives none. Choose the wasm backend, or switch hardware acceleration on.',
    );
  }
  setWebGLContext(VERSION, gl);
  if (!env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')) {
    throw new UnavailableError(
      'Expected WebGL that renders 32-bit floats; this device renders 16-bit floats only, which cannot give the same answers. ' +
        'Choose the wasm backend.',
    );
  }
  return guardContext(canvas, gl);
}

function guardContext(canvas: OffscreenCanvas, gl: WebGL2RenderingContext): Device {
  let reportLoss: (error: Error) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => {
    reportLoss = reject;
  });
  lost.catch(() => undefined); // a loss between two runs is reported by the next one
  canvas.addEventListener('webglcontextlost', () => reportLoss(createContextLostError()));
  return {
    async guard(work) {
      if (gl.isContextLost()) throw createContextLostError();
      const result = await Promise.race([work, lost]);
      // The event comes late: what was read meanwhile is zeros.
      if (gl.isContextLost()) throw createContextLostError();
      return result;
    },
  };
}

function createContextLostError(): DeviceError {
  return new DeviceError(
    'Expected the GPU to finish the computation; the browser took the WebGL context away. Try again, or choose the wasm backend.',
  );
}
