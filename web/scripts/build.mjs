/** `npm run build`: writes `assets/page` and `assets/node`, and reports what a first prediction downloads. */
import { fileURLToPath } from 'node:url';
import { buildTo } from './build-to.mjs';

await buildTo(fileURLToPath(new URL('../assets', import.meta.url)));
