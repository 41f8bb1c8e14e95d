/** The browser engines whose own decoders give the contract's pixels. */

export type BrowserEngine = 'chromium' | 'firefox' | 'webkit' | 'unknown';

/** The formats that a browser's own decoder may decode. */
export type ImageFormat = 'jpeg' | 'png';

/** Formats that an engine decodes to the bit, as the tests show on the whole corpus; others are not tested yet. */
const EXACT: Record<BrowserEngine, readonly ImageFormat[]> = {
  chromium: ['jpeg', 'png'],
  firefox: [],
  webkit: [],
  unknown: [],
};

interface Agent {
  readonly userAgent?: string;
  readonly userAgentData?: { readonly brands: readonly { readonly brand: string }[] };
}

/** Detect the family of the browser engine from the browser's own description. */
export function detectEngine(agent: Agent): BrowserEngine {
  if (agent.userAgentData?.brands.some(({ brand }) => brand === 'Chromium')) return 'chromium';
  const text = agent.userAgent ?? '';
  if (/\bFirefox\//.test(text)) return 'firefox';
  // On iOS every browser is WebKit, whatever its name.
  if (/\b(?:Chrome|Chromium|HeadlessChrome)\//.test(text)) return 'chromium';
  return /\bAppleWebKit\//.test(text) ? 'webkit' : 'unknown';
}

/** Whether the engine's own decoder gives the contract's pixels for a format. */
export function canDecodeNatively(
  format: ImageFormat,
  engine: BrowserEngine = detectEngine(globalThis.navigator ?? {}),
): boolean {
  return EXACT[engine].includes(format);
}
