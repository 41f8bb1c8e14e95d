import { FailedError, UnavailableError } from './errors.ts';
import type { Artifact } from './manifest/manifest.gen.ts';
import type { Platform } from './platform.ts';
import type { BackendName, Runtime } from './runtime.ts';

/** Runtimes by name. */
export type Runtimes = ReadonlyMap<string, Runtime>;

/** Index runtimes by name. @throws FailedError two modules have one name */
export function register(modules: Readonly<Record<string, Runtime>>): Runtimes {
  const runtimes = new Map<string, Runtime>();
  for (const [file, runtime] of Object.entries(modules)) {
    if (runtimes.has(runtime.name)) {
      throw new FailedError(
        `Expected one module per runtime; received a second for ${runtime.name} (${file}). Rename or remove one of them.`,
      );
    }
    runtimes.set(runtime.name, runtime);
  }
  return runtimes;
}

/** A runtime and one of its backends. */
export interface RuntimeBackend {
  runtime: Runtime;
  backend: BackendName;
}

/**
 * Find a runtime's backend.
 *
 * @throws UnavailableError this build or platform has none of that name
 * @throws FailedError the runtime cannot run the artifact's target
 */
export function chooseBackend(
  runtimes: Runtimes,
  platform: Platform['name'],
  names: { runtime: string; backend: string },
  artifact: Artifact,
): RuntimeBackend {
  const known = [...runtimes.values()].flatMap((runtime) =>
    runtime.backends[platform].map((backend) => ({ runtime, backend })),
  );
  const choice = known.find(({ runtime, backend }) => runtime.name === names.runtime && backend === names.backend);
  if (choice === undefined) {
    const list = known.map(({ runtime, backend }) => `${runtime.name}:${backend}`).join(', ');
    throw new UnavailableError(
      `Expected one of ${list} in ${platform === 'node' ? 'Node' : 'a browser'}; received ${names.runtime}:${names.backend}. Choose one of these.`,
    );
  }
  if (!Object.hasOwn(choice.runtime.targets, artifact.target)) {
    throw new FailedError(
      `Expected an artifact for ${names.runtime} (${Object.keys(choice.runtime.targets).join(', ')}); ` +
        `received ${artifact.id} (${artifact.target}). Choose an artifact of that target.`,
    );
  }
  return choice;
}
