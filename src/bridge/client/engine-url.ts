/** Where the built site keeps the engine's WebAssembly; `npm run engine` makes it. */
import url from '../../../.cache/engine/engine.wasm?url';

/** Absolute address of the engine. */
export const ENGINE_URL: string = new URL(url, import.meta.url).href;
