/** A started TF.js backend. */
export interface Device {
  /** Run a computation, and reject if the device is lost meanwhile: TF.js would give zeros, or never return. */
  guard<T>(work: Promise<T>): Promise<T>;
}

/** A device that cannot be lost. */
export const STABLE_DEVICE: Device = { guard: (work) => work };
