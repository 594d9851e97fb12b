/**
 * The HTTP headers of the site, once: for the development and preview servers, the built page and the service worker.
 * What loosens the policy of `reliability.md` says why.
 */

/** Cross-origin isolation, without which there is no shared memory. */
export const ISOLATION_HEADERS: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const DIRECTIVES = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  // xterm writes its theme and cell sizes, and react-remove-scroll its lock, into <style> elements.
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  // One policy, `default` (trusted-types.ts), refuses HTML and allows worker addresses of this site only.
  'trusted-types default',
] as const;

/** The policy for documents and workers. */
export const CONTENT_SECURITY_POLICY: string = DIRECTIVES.join('; ');
