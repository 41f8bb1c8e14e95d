/** `npm run build`: writes `assets/page`, `assets/node` and `assets/runtimes.json`, and reports what a first prediction downloads. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildTo } from './build-to.mjs';
import { measureFirstVisit, formatReport } from './first-visit.mjs';
import { writeRuntimes } from './runtimes.mjs';

const assets = fileURLToPath(new URL('../assets', import.meta.url));
await writeRuntimes(); // the page reads it
await buildTo(assets);
for (const runner of /** @type {const} */ (['module', 'library'])) {
  const downloads = await measureFirstVisit(path.join(assets, 'page'), runner);
  process.stdout.write(`A first prediction by the ${runner} downloads (raw, brotli):\n${formatReport(downloads, runner)}\n`);
}
