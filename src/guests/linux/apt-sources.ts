/**
 * Finds the Debian mirror that this machine is configured with, in the text of its apt sources (sources.list(5), both
 * formats). Pure functions over text; the repository itself names no mirror.
 */

/** A mirror of Debian's main archive, and the key that signs it. */
export interface DebianMirror {
  readonly uri: string;
  readonly signedBy: string;
}

/** Suites that only Debian's own archive has; what serves one of them serves trixie as well. */
const DEBIAN_SUITES = new Set(
  ['bullseye', 'bookworm', 'trixie', 'forky', 'sid'].concat(['oldstable', 'stable', 'testing', 'unstable']),
);
const DEFAULT_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const FETCHABLE = /^(?:https?|ftp|file|copy|mirror(?:\+\w+)?|tor\+https?):/;

interface Source {
  readonly types: readonly string[];
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  readonly signedBy: string | undefined;
}

const words = (text: string | undefined): string[] => (text ?? '').split(/\s+/).filter((word) => word !== '');

/** `Types: deb` stanzas (`*.sources`). Continued lines belong to their field; comments to nothing. */
function stanzaSources(text: string): Source[] {
  const uncommented = text.replace(/^#.*\n?/gm, '');
  return uncommented.split(/\n\s*\n/).map((stanza) => {
    const fields = new Map<string, string>();
    for (const [, name, value] of stanza.matchAll(/^([\w-]+):((?:.*)(?:\n[ \t].*)*)/gm))
      fields.set((name ?? '').toLowerCase(), (value ?? '').trim());
    return {
      types: words(fields.get('types')),
      uris: words(fields.get('uris')),
      suites: words(fields.get('suites')),
      components: words(fields.get('components')),
      signedBy: fields.get('signed-by'),
    };
  });
}

/** `deb [options] URI SUITE COMPONENTS` lines (`*.list`). */
function lineSources(text: string): Source[] {
  return [...text.matchAll(/^\s*(deb)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#\n]*)/gm)].map(
    ([, type, options, uri, suite, components]) => ({
      types: words(type),
      uris: words(uri),
      suites: words(suite),
      components: words(components),
      signedBy: words(options)
        .find((option) => option.startsWith('signed-by='))
        ?.slice('signed-by='.length),
    }),
  );
}

/** The first source of Debian's main archive among apt's source files, given by name and text. */
export function findDebianMirror(
  files: readonly { readonly name: string; readonly text: string }[],
): DebianMirror | undefined {
  for (const { name, text } of files) {
    for (const source of name.endsWith('.sources') ? stanzaSources(text) : lineSources(text)) {
      const uri = source.uris.find((candidate) => FETCHABLE.test(candidate));
      if (uri === undefined || !source.types.includes('deb') || !source.components.includes('main')) continue;
      if (!source.suites.some((suite) => DEBIAN_SUITES.has(suite))) continue;
      // A key may be written into the source itself; then we need the keyring of the package.
      const signedBy = source.signedBy?.startsWith('/') ? source.signedBy : DEFAULT_KEYRING;
      return { uri, signedBy };
    }
  }
  return undefined;
}
