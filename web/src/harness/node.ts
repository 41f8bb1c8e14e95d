/** The Node harness: JSON lines on stdin and stdout. */
import { createInterface } from 'node:readline';
import { Session } from '../session/session.ts';
import { serve } from './lines.ts';
import { createNodePlatform } from './platform-node.ts';

// stdout is for replies only; the output of libraries goes to stderr.
const log = (...values: unknown[]) => void process.stderr.write(`${values.map(String).join(' ')}\n`);
Object.assign(console, { log, info: log, debug: log, warn: log });

await serve(new Session(createNodePlatform()), createInterface({ input: process.stdin }), (line) =>
  process.stdout.write(`${line}\n`),
);
