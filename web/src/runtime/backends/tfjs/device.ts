/** A started TF.js backend. */
export interface Device {
  /** Rejects when the device dies under a computation, which TF.js itself would answer with zeros or silence. */
  guard<T>(work: Promise<T>): Promise<T>;
}

/** A device that cannot be lost. */
export const STABLE_DEVICE: Device = { guard: (work) => work };
