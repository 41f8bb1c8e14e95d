import { register, type Runtimes } from './choose-backend.ts';
import type { Runtime } from './runtime.ts';

/** Every runtime: each file in `backends/`. */
export const RUNTIMES: Runtimes = register(
  import.meta.glob<Runtime>('./backends/*.ts', { eager: true, import: 'runtime' }),
);
