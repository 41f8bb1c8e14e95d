/** The Node harness: JSON lines on stdin and stdout. */
import { createInterface } from 'node:readline';
import { serve } from './lines.ts';
import { nodePlatform } from './platform-node.ts';
import { Session } from './session.ts';

// stdout carries replies only: what libraries print goes to stderr.
const log = (...values: unknown[]) => void process.stderr.write(`${values.map(String).join(' ')}\n`);
Object.assign(console, { log, info: log, debug: log, warn: log });

await serve(new Session(nodePlatform()), createInterface({ input: process.stdin }), (line) =>
  process.stdout.write(`${line}\n`),
);
