/**
 * The runtime's errors.
 *
 * RuntimeError
 * ├── IntegrityError    files that are missing or are not what the manifest lists
 * ├── UnavailableError  a backend that cannot run on this device or in this build
 * └── FailedError       everything else that went wrong
 *     └── DeviceError   a backend that had started and then could not compute; opening it again may help
 *
 * Every message states the rule, then what was received, then the fix.
 */

export type ErrorKind = 'integrity' | 'unavailable' | 'failed';

/** An error as it is sent from a worker or a process. */
export interface ErrorRecord {
  kind: ErrorKind;
  message: string;
  files?: string[];
  /** True where it was a DeviceError. */
  device?: true;
}

/** The root of the runtime's errors. */
export class RuntimeError extends Error {
  readonly kind: ErrorKind;
  readonly files: readonly string[] | undefined;

  constructor(kind: ErrorKind, message: string, files?: readonly string[]) {
    super(message);
    this.name = new.target.name;
    this.kind = kind;
    this.files = files;
  }
}

/** Files that are missing or altered; `files` names them by their path in the site. */
export class IntegrityError extends RuntimeError {
  constructor(message: string, files: readonly string[]) {
    super('integrity', message, files);
  }
}

/** A runtime or backend that this device or build does not have. */
export class UnavailableError extends RuntimeError {
  constructor(message: string) {
    super('unavailable', message);
  }
}

/** A fault that is neither a damaged file nor a missing backend. */
export class FailedError extends RuntimeError {
  constructor(message: string) {
    super('failed', message);
  }
}

/** A backend that had started and then did not compute, such as a GPU that was taken away. */
export class DeviceError extends FailedError {}

/** The message of anything that was thrown. */
export function describeError(error: unknown): string {
  if (error instanceof Error) return error.message;
  // TF.js rejects with plain objects in places.
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}

/** Convert an error to a record that can be sent to another thread or process. */
export function toRecord(error: unknown): ErrorRecord {
  if (!(error instanceof RuntimeError)) return { kind: 'failed', message: describeError(error) };
  const record: ErrorRecord = { kind: error.kind, message: error.message };
  if (error.files !== undefined) record.files = [...error.files];
  if (error instanceof DeviceError) record.device = true;
  return record;
}

/** Convert a record back to an error. */
export function fromRecord(record: ErrorRecord): RuntimeError {
  if (record.device === true) return new DeviceError(record.message);
  return new RuntimeError(record.kind, record.message, record.files);
}
