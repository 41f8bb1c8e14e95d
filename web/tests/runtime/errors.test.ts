import { expect, test } from 'vitest';
import { DeviceError, FailedError, fromRecord, IntegrityError, describeError, toRecord, UnavailableError } from '../../src/runtime/errors.ts';

test('an error survives the message channel', () => {
  const record = toRecord(new IntegrityError('two files', ['a', 'b']));
  expect(fromRecord(structuredClone(record))).toMatchObject({
    kind: 'integrity',
    message: 'two files',
    files: ['a', 'b'],
  });
  expect(toRecord(new UnavailableError('none'))).toEqual({ kind: 'unavailable', message: 'none' });
});

test('a device that failed is told apart from other failures on both sides', () => {
  const error = fromRecord(structuredClone(toRecord(new DeviceError('lost'))));
  expect(error).toBeInstanceOf(DeviceError);
  expect(error).toMatchObject({ kind: 'failed', message: 'lost' });
  expect(fromRecord(toRecord(new FailedError('other')))).not.toBeInstanceOf(DeviceError);
});

test('foreign errors are failures', () => {
  expect(toRecord(new TypeError('odd'))).toEqual({ kind: 'failed', message: 'odd' });
  expect(describeError({ message: 'a plain object' })).toBe('a plain object');
  expect(describeError('text')).toBe('text');
});
