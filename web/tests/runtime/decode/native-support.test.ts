import { expect, test } from 'vitest';
import { detectEngine, canDecodeNatively } from '../../../src/runtime/decode/native-support.ts';

const SAFARI = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0';

test.each([
  ['chromium', { userAgentData: { brands: [{ brand: 'Not A;Brand' }, { brand: 'Chromium' }] } }],
  ['chromium', { userAgent: 'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0 Safari/537.36' }],
  ['firefox', { userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0' }],
  ['webkit', { userAgent: `${SAFARI} Safari/605.1.15` }],
  ['webkit', { userAgent: `${SAFARI} CriOS/140.0 Mobile Safari/604.1` }],
  ['unknown', { userAgent: 'Node.js/24' }],
  ['unknown', {}],
] as const)('%s', (engine, agent) => {
  expect(detectEngine(agent)).toBe(engine);
});

test('only proven decoders are asked', () => {
  expect(canDecodeNatively('jpeg', 'chromium')).toBe(true);
  expect(canDecodeNatively('jpeg', 'webkit')).toBe(false);
  expect(canDecodeNatively('png', 'unknown')).toBe(false);
});
