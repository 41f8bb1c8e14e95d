/** The Node harness: JSON lines on stdin and stdout. */
import { createInterface } from 'node:readline';
import { RUNTIMES } from '../runtime/registry.ts';
import { Session } from '../session/session.ts';
import { serve } from './lines.ts';
import { createNodePlatform } from './platform-node.ts';

// stdout is for replies only; the output of libraries goes to stderr.
const log = (...values: unknown[]) => void process.stderr.write(`${values.map(String).join(' ')}\n`);
Object.assign(console, { log, info: log, debug: log, warn: log });

await serve(new Session(createNodePlatform(), RUNTIMES), createInterface({ input: process.stdin }), (line) =>
  process.stdout.write(`${line}\n`),
);
