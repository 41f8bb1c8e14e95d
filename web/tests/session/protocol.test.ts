import { beforeEach, expect, test } from 'vitest';
import cases from '../../../tests/shared/wire-cases.json'; // read by tests/parity/drivers/test_wire_cases.py too
import { serve } from '../../src/harness/lines.ts';
import {
  DeviceError,
  type ErrorRecord,
  FailedError,
  fromRecord,
  IntegrityError,
  toRecord,
  UnavailableError,
} from '../../src/runtime/errors.ts';
import { decodeFloat32 } from '../../src/runtime/float32.ts';
import type { OpenParams, RunParams } from '../../src/session/protocol.ts';
import { Session } from '../../src/session/session.ts';
import { SITE } from '../support/memory-reader.ts';
import { png } from '../support/png.ts';
import { createTestPlatform } from '../support/test-platform.ts';
import { createTinyBundle } from '../support/tiny-bundle.ts';

const MESSAGES: Record<string, Record<string, string>> = cases.messages;
const IMAGE = png(5, 4, new Uint8Array(5 * 4 * 3));
const OPEN: OpenParams = { site: SITE, runtime: 'tfjs', backend: 'cpu', artifact: 'tfjs-graph-float32' };
const RUN: RunParams = { images: [IMAGE, new Uint8Array()], taps: ['pixels', 'scores'] };

/** What a message has that the cases do not allow, and what it lacks. */
function findFaults(message: object, name: string): string[] {
  const fields = MESSAGES[name] ?? {};
  const given = Object.entries(message).filter(([, value]) => value !== undefined);
  const wrong = given.filter(([field, value]) => fields[field]?.replace('?', '') !== nameType(value));
  const missing = Object.keys(fields).filter((field) => !fields[field]?.endsWith('?') && !(field in message));
  return [...wrong.map(([field]) => `${name}: wrong ${field}`), ...missing.map((field) => `${name}: no ${field}`)];
}

function nameType(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}

let session: Session;

beforeEach(() => {
  session = new Session(createTestPlatform(createTinyBundle()));
});

test('what Python sends is what the session takes', () => {
  expect([...findFaults(OPEN, 'open.params'), ...findFaults(RUN, 'run.params')]).toEqual([]);
  expect(RUN.taps).toEqual(cases.taps);
});

test('what the session answers is what Python reads', async () => {
  expect(findFaults(await session.open(OPEN), 'open.result')).toEqual([]);
  const answered = await session.run(RUN);
  expect(findFaults(answered, 'run.result')).toEqual([]);
  const [answer = {}, refused = {}] = answered.results;
  expect([...findFaults(answer, 'answered image'), ...findFaults(refused, 'refused image')]).toEqual([]);
  expect(Object.keys(answer)).toEqual(expect.arrayContaining(cases.taps));
});

test('signs of life are lines with these fields', async () => {
  const lines: string[] = [];
  const requests = (async function* () {
    yield JSON.stringify({ id: 1, method: 'open', params: OPEN });
  })();
  await serve(session, requests, (line) => lines.push(line));
  const signs = lines.map((line): object => JSON.parse(line)).filter((line) => 'alive' in line);
  expect(signs.length).toBeGreaterThan(0);
  expect(signs.flatMap((sign) => findFaults(sign, 'sign of life'))).toEqual([]);
});

const ERRORS: Record<string, () => Error> = {
  'an altered file': () => new IntegrityError('altered', ['model/a.bin']),
  'a backend that is not there': () => new UnavailableError('no WebGL'),
  'a model that does not load': () => new FailedError('broke'),
  'a GPU that was taken away': () => new DeviceError('context lost'),
};

test.each(cases.errors)('error: $name', ({ name, error }) => {
  const record = toRecord(ERRORS[name]?.());
  expect(record).toEqual(error);
  expect(findFaults(record, 'error')).toEqual([]);
  expect(toRecord(fromRecord(error as ErrorRecord))).toEqual(error);
});

test('every kind of error has a case', () => {
  expect(new Set(cases.errors.map(({ error }) => error.kind))).toEqual(new Set(cases.error_kinds));
});

test.each(cases.images)('image: $name', ({ result, answer }) => {
  expect(findFaults(result, 'refused' in result ? 'refused image' : 'answered image')).toEqual([]);
  if (answer === undefined) return;
  for (const field of ['probabilities', 'scores', 'pixels'] as const) {
    expect([...decodeFloat32(result[field] ?? '')]).toEqual(answer[field]);
  }
});

test('a message with a field too many, of another type or without one is found', () => {
  expect(findFaults({ refused: 'cmyk', message: 1, more: true }, 'refused image')).toEqual([
    'refused image: wrong message',
    'refused image: wrong more',
  ]);
  expect(findFaults({ refused: 'cmyk' }, 'refused image')).toEqual(['refused image: no message']);
});
