"""The built web files, as `npm run build` in `web/` writes them, and the module that every runtime runs.

`webparity.wasm` is committed; `make wasm` builds it from the C sources in `wasm/`.

`page/` is the static page with its browser harness (`index.html`, `harness.html`, `assets/`): an export copies the
whole folder into a bundle's site. `node/` holds `harness.mjs` and the WebAssembly files it reads from its own folder.
`runtimes.json` is committed: the web runtimes with their targets and backends on each platform, and the device class
of each backend. `npm run types` generates it from `web/src/runtime/backends/`.

Python reaches them with `importlib.resources.files("webparity.assets") / "page"`; under an editable install the files
of a fresh build are seen only after installing again. Both folders are absent until a build was run.
"""

__all__: list[str] = []
