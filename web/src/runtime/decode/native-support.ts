/** Which of a browser's own decoders give the contract's pixels, engine family by engine family. */

export type BrowserEngine = 'chromium' | 'firefox' | 'webkit' | 'unknown';

/** The kinds of plain streams a native decoder may be asked for. */
export type ImageFormat = 'jpeg' | 'png';

/** Proven by the cross-runtime tests on the whole corpus; others wait for the same proof. */
const PROVEN: Record<BrowserEngine, readonly ImageFormat[]> = {
  chromium: ['jpeg', 'png'],
  firefox: [],
  webkit: [],
  unknown: [],
};

interface Agent {
  readonly userAgent?: string;
  readonly userAgentData?: { readonly brands: readonly { readonly brand: string }[] };
}

/** The engine's family, from what the browser says of itself. */
export function detectEngine(agent: Agent): BrowserEngine {
  if (agent.userAgentData?.brands.some(({ brand }) => brand === 'Chromium')) return 'chromium';
  const text = agent.userAgent ?? '';
  if (/\bFirefox\//.test(text)) return 'firefox';
  // On iOS every browser is WebKit, whatever its name.
  if (/\b(?:Chrome|Chromium|HeadlessChrome)\//.test(text)) return 'chromium';
  return /\bAppleWebKit\//.test(text) ? 'webkit' : 'unknown';
}

/** Whether this engine's decoder may be asked. */
export function canDecodeNatively(kind: ImageFormat, engine: BrowserEngine = detectEngine(globalThis.navigator ?? {})): boolean {
  return PROVEN[engine].includes(kind);
}
