/** The protocol's messages as `tests/shared/wire-cases.json` has them; the Python tests of the drivers read it too. */
import { expect, test } from 'vitest';
import cases from '../../../tests/shared/wire-cases.json';
import { serve } from '../../src/harness/lines.ts';
import {
  DeviceError,
  type ErrorRecord,
  fromRecord,
  IntegrityError,
  toRecord,
  UnavailableError,
} from '../../src/runtime/errors.ts';
import { decodeFloat32 } from '../../src/runtime/float32.ts';
import type { OpenParams, RunParams } from '../../src/session/protocol.ts';
import { RUNTIMES } from '../../src/runtime/registry.ts';
import { Session } from '../../src/session/session.ts';
import { SITE } from '../support/memory-reader.ts';
import { encodePng } from '../support/png.ts';
import { createTestPlatform } from '../support/test-platform.ts';
import { createTinyBundle } from '../support/tiny-bundle.ts';

const IMAGE = encodePng(2, 1, Uint8Array.of(200, 40, 90, 0, 1, 2));
// `Required` makes the compiler ask for every parameter that the protocol has.
const OPEN: Required<Omit<OpenParams, 'digest' | 'given'>> = {
  site: SITE,
  runtime: 'tfjs',
  backend: 'cpu',
  artifact: 'tfjs-graph-float32',
};
const RUN: Required<Omit<RunParams, 'digests'>> = { images: [`${SITE}a.png`, `${SITE}b.png`], taps: ['pixels', 'probabilities', 'scores'] };

/** Check a message's keys and the types of its values against a case; a type that ends in `?` may be left out. */
function expectMessage(name: keyof typeof cases.messages, message: object): void {
  const types = new Map(Object.entries(cases.messages[name]));
  const wrong = Object.entries(message).filter(([key, value]) => {
    const type = Array.isArray(value) ? 'array' : typeof value;
    return types.get(key)?.replace('?', '') !== type;
  });
  const missing = [...types].filter(([key, type]) => !type.endsWith('?') && !Object.hasOwn(message, key));
  expect({ name, wrong, missing }).toEqual({ name, wrong: [], missing: [] });
}

/** Open and run over JSON lines, as Python does. @returns the messages written, parsed */
async function converse(): Promise<Record<string, unknown>[]> {
  const files = createTinyBundle().set('a.png', IMAGE).set('b.png', IMAGE.slice(0, 45));
  const written: Record<string, unknown>[] = [];
  const requests = [
    { id: 1, method: 'open', params: OPEN },
    { id: 2, method: 'run', params: RUN },
    { id: 3, method: 'open', params: { ...OPEN, artifact: 'other' } },
  ];
  const lines = (async function* () {
    yield* requests.map((request) => JSON.stringify(request));
  })();
  await serve(new Session(createTestPlatform(files), RUNTIMES), lines, (line) => written.push(JSON.parse(line)));
  return written;
}

test('a conversation consists of the messages of the cases', async () => {
  expectMessage('open.params', { ...OPEN, digest: '0'.repeat(64) });
  expectMessage('run.params', RUN);
  const written = await converse();
  const replyTo = (id: number, key: string) => written.find((message) => message['id'] === id && key in message)?.[key];
  const run = replyTo(2, 'result') as { results: object[] };
  expectMessage('open.result', replyTo(1, 'result') as object);
  expectMessage('run.result', run);
  expectMessage('answered image', run.results[0] ?? {});
  expectMessage('refused image', run.results[1] ?? {});
  expectMessage('error', replyTo(3, 'error') as object);
  expectMessage('sign of life', written.find((message) => 'alive' in message) ?? {});
});

test('every optional key of an answered image is there when all taps are asked for', async () => {
  const [image] = (await converse()).flatMap((message) => (message['result'] as { results?: object[] })?.results ?? []);
  // A bundle of probabilities has no values.
  const known = Object.keys(cases.messages['answered image']).filter((key) => key !== 'values');
  expect(Object.keys(image ?? {}).sort()).toEqual(known.sort());
  expect(RUN.taps.toSorted()).toEqual(cases.taps.toSorted());
});

test('the errors have the kinds and keys of the cases', () => {
  const errors = [new IntegrityError('altered', ['a']), new UnavailableError('none'), new DeviceError('lost')].map(toRecord);
  for (const error of errors) expectMessage('error', error);
  expect(errors.map(({ kind }) => kind)).toEqual(cases.error_kinds);
  expect(new Set(errors.flatMap((error) => Object.keys(error)))).toEqual(new Set(Object.keys(cases.messages.error)));
});

test.each(cases.errors)('$name keeps its record', ({ error }) => {
  expect(toRecord(fromRecord(error as ErrorRecord))).toEqual(error);
});

test.each(cases.images)('$name', ({ result, answer }) => {
  expectMessage(answer === undefined ? 'refused image' : 'answered image', result);
  for (const tap of ['probabilities', 'scores', 'pixels'] as const) {
    if (answer !== undefined) expect([...decodeFloat32(result[tap] ?? '')]).toEqual(answer[tap]);
  }
});
