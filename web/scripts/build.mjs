/** `npm run build`: writes `assets/page` and `assets/node`, and reports what a first prediction downloads. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildTo } from './build-to.mjs';
import { firstVisit, report } from './first-visit.mjs';

const assets = fileURLToPath(new URL('../assets', import.meta.url));
await buildTo(assets);
process.stdout.write(
  `A first prediction downloads (raw, brotli):\n${report(await firstVisit(path.join(assets, 'page')))}\n`,
);
