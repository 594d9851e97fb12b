/** What the first load of the page consists of: few files, asked for as early as can be. */
import { resolve } from 'node:path';
import { normalizePath, type Plugin, type Rolldown } from 'vite';

/** Libraries that the first load needs, by what they are, so that a change of our code leaves them in the cache. */
const LIBRARIES: readonly { readonly name: string; readonly packages: RegExp }[] = [
  {
    name: 'react',
    packages: /^(react|react-dom|scheduler|i18next|react-i18next|zustand|use-sync-external-store)$/,
  },
  {
    name: 'flow',
    packages: /^(@xyflow\/|d3-(drag|zoom|selection|transition|dispatch|ease|timer|interpolate|color)$)/,
  },
  {
    name: 'mantine',
    packages: /^(@mantine\/|@floating-ui\/|react-remove-scroll|tabbable$|clsx$)/,
  },
];

/**
 * Components that only views and dialogs use whose code comes later: of a library, which names all of its components in one file, and
 * of the kit.
 */
const OF_LATER_VIEWS =
  /[\\/](react-number-format|@mantine[\\/]core[\\/]esm[\\/]components[\\/](NumberInput|Autocomplete|Combobox|Checkbox|Switch|Textarea))[\\/]|[\\/]kit[\\/](whole-number|lines-field)\./;

/** What the two kinds of windows begin with, and the first script of both. */
const PAGE = source('main.tsx');
const CONSOLE = source('console-window.tsx');
const START = source('start.ts');
/** What every worker begins with. */
const WORKER = normalizePath(resolve(import.meta.dirname, '../bridge/worker/entry.ts'));

function source(name: string): string {
  return normalizePath(resolve(import.meta.dirname, '../ui', name));
}

/** By build, since each has modules of its own. */
const NEEDED = new WeakMap<object, Map<string, ReadonlySet<string>>>();

/** Everything that a module imports, and what that imports, without what comes when it is wanted. */
function neededBy(start: string, context: Rolldown.ChunkingContext): ReadonlySet<string> {
  const known = NEEDED.get(context) ?? new Map<string, ReadonlySet<string>>();
  NEEDED.set(context, known);
  const before = known.get(start);
  if (before !== undefined) return before;
  const found = new Set([start]);
  for (const id of found)
    for (const imported of context.getModuleInfo(id)?.importedIds ?? [])
      if (!OF_LATER_VIEWS.test(imported)) found.add(imported);
  known.set(start, found);
  return found;
}

function isLibrary(id: string, packages: RegExp): boolean {
  if (OF_LATER_VIEWS.test(id)) return false;
  const name = /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id)?.[1]?.replace('\\', '/');
  return name !== undefined && packages.test(name);
}

/** A chunk, and which modules are in it; the first that wants a module has it, with what it imports. */
interface Chunk {
  readonly name: string;
  has(id: string, context: Rolldown.ChunkingContext): boolean;
}

const CHUNKS: readonly Chunk[] = [
  // Without the script itself, which waits for the others: what they need must not wait for it.
  { name: 'start', has: (id, context) => id !== START && neededBy(START, context).has(id) },
  ...LIBRARIES.map(({ name, packages }): Chunk => ({ name, has: (id) => isLibrary(id, packages) })),
  // Its styles, being one file, come before those of every component.
  { name: 'kit', has: (id) => /[\\/]src[\\/]ui[\\/]kit[\\/]/.test(id) && !OF_LATER_VIEWS.test(id) },
  { name: 'shared', has: (id, context) => neededBy(CONSOLE, context).has(id) },
  { name: 'page', has: (id, context) => neededBy(PAGE, context).has(id) },
];

/**
 * The chunks of the first load: what its first script needs, libraries, what a window of a console needs as well, and the page. So they
 * are few files: each one costs a request, and on later visits a turn of the service worker. The rest follows who imports it (terminal
 * and charts come with their views).
 */
export const FIRST_LOAD: Rolldown.CodeSplittingGroup[] = CHUNKS.map(({ name, has }, index) => ({
  name: (id, context) => (has(id, context) ? name : null),
  priority: CHUNKS.length - index,
  debugName: name,
}));

/**
 * The chunk of a worker: all that it needs before anything that comes later, in one file. Rolldown would make a file of each few modules
 * that several of those share.
 */
export const OF_A_WORKER: Rolldown.CodeSplittingGroup[] = [
  { name: (id, context) => (neededBy(WORKER, context).has(id) ? 'entry' : null), debugName: 'entry' },
];

/**
 * The page's code and styles are asked for with the document, and not when its first script has come and run. Where that script has
 * the document loaded anew, for the headers of isolation, they have come in the meantime.
 */
export function firstLoadHints(): Plugin {
  return {
    name: 'virtlab:first-load-hints',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (html, { bundle = {} }) => {
        const chunks = Object.values(bundle).filter((each) => each.type === 'chunk');
        const named = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
        const page = chunks.find(({ facadeModuleId }) => facadeModuleId === PAGE);
        if (page === undefined) return [];
        const needed = new Set([page.fileName]);
        for (const file of needed)
          for (const imported of named.get(file)?.imports ?? []) needed.add(imported);
        const styles = [...needed].flatMap((file) => [...(named.get(file)?.viteMetadata?.importedCss ?? [])]);
        return [
          ...[...needed].map((href) => ({ rel: 'modulepreload', href: `./${href}` })),
          ...[...new Set(styles)].map((href) => ({ rel: 'preload', as: 'style', href: `./${href}` })),
        ]
          .filter(({ href }) => !html.includes(href))
          .map((attrs) => ({
            tag: 'link',
            attrs: { ...attrs, crossorigin: true },
            injectTo: 'head' as const,
          }));
      },
    },
  };
}
