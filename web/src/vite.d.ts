/** What the build adds to the language: asset addresses and the list of a folder's modules. */
declare module '*?url' {
  const url: string;
  export default url;
}

interface ImportMeta {
  glob<T>(pattern: string | string[], options: { eager: true; import?: string }): Record<string, T>;
}
