/**
 * The one Trusted Types policy of the page and of its workers. It refuses every string that would become HTML or script, so text
 * from a guest, a link or a file cannot; scripts of workers may come from this site only.
 */
interface PolicyFactory {
  createPolicy(name: string, rules: Record<string, (input: string) => string>): unknown;
}

function refuse(): never {
  throw new TypeError('text never becomes markup or script here');
}

/**
 * Installs the policy in the page, or in a worker that starts others, where the browser knows Trusted Types.
 * @param place where it is
 */
export function installTrustedTypes({
  href,
  origin,
}: {
  readonly href: string;
  readonly origin: string;
}): void {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  factory?.createPolicy('default', {
    createHTML: refuse,
    createScript: refuse,
    createScriptURL: (url) => (new URL(url, href).origin === origin ? url : refuse()),
  });
}
