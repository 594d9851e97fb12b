/**
 * The sources as the gates see them: path, text without comments, and what each import leads to. Reads files, judges
 * nothing. Formatting is Biome's, so that imports have one form and a small scanner is enough.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** One import, export-from or dynamic import. */
export interface Import {
  readonly specifier: string;
  /** Path of the file from the root; `node:fs` or the name of a package otherwise. */
  readonly target: string;
  readonly kind: 'file' | 'package' | 'node' | 'missing';
  /** Erased by the compiler. */
  readonly typeOnly: boolean;
  readonly line: number;
}

export interface SourceFile {
  /** From the root, with `/`. */
  readonly path: string;
  readonly lines: number;
  /** Without comments; line ends are kept. */
  readonly code: string;
  readonly imports: readonly Import[];
}

/** A file with code, not a style or an image. */
export const MODULE: RegExp = /\.(?:ts|tsx|mjs)$/;
/** A style sheet: read like code, imports nothing. */
export const STYLE: RegExp = /\.css$/;

/** Texts of all source files and styles below `root/src`, by path from the root. */
export function readTexts(root: string): Map<string, string> {
  const texts = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (MODULE.test(entry.name) || STYLE.test(entry.name))
        texts.set(path, readFileSync(join(root, path), 'utf8'));
    }
  };
  visit('src');
  return texts;
}

/** True for what is no source (images) or is built (the engine) but can be imported. */
function isAsset(root: string, path: string): boolean {
  return path.startsWith('.cache/') || (!MODULE.test(path) && existsSync(join(root, path)));
}

/** Parses all texts; `root` is where files that are not among them are looked for. */
export function sourceFiles(texts: ReadonlyMap<string, string>, root: string): SourceFile[] {
  const resolve = (from: string, specifier: string): Pick<Import, 'target' | 'kind'> => {
    if (specifier.startsWith('node:')) return { target: specifier, kind: 'node' };
    const path = pathOf(from, specifier);
    if (path === undefined) return { target: packageOf(specifier), kind: 'package' };
    return { target: path, kind: texts.has(path) || isAsset(root, path) ? 'file' : 'missing' };
  };
  return [...texts].map(([path, text]) => {
    const code = withoutComments(text);
    const found = STYLE.test(path) ? [] : importsOf(code);
    const imports = found.map((each) => ({ ...each, ...resolve(path, each.specifier) }));
    return { path, lines: text.split('\n').length - 1, code, imports };
  });
}

/** Where a specifier leads: relative, or by `imports` of package.json (`#ui-view/` is the one with `.tsx`). */
function pathOf(from: string, specifier: string): string | undefined {
  const [bare = ''] = specifier.split('?');
  if (bare.startsWith('.')) return posix.join(posix.dirname(from), bare);
  if (bare.startsWith('#ui-view/')) return `src/ui/${bare.slice('#ui-view/'.length)}.tsx`;
  if (bare.startsWith('#')) return `src/${bare.slice(1)}.ts`;
  return undefined;
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Strings are kept whole, so that `//` in an address ends nothing; comments become blank. */
function withoutComments(text: string): string {
  return text.replace(
    /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|(?<![:\\])\/\/[^\n]*/g,
    (piece) => (piece.startsWith('/') ? piece.replace(/[^\n]/g, ' ') : piece),
  );
}

const IMPORT =
  /(?<=^|\n)[ \t]*(import|export)(\s+type)?\s[^'"`;]*?from\s*'([^']+)'|(?<=^|\n)[ \t]*import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;

/** Text, some of it of other programs with imports of their own; Biome writes specifiers in single quotes. */
const TEXT = /`(?:\\.|[^`\\])*`|"(?:\\.|[^"\\\n])*"/g;

function importsOf(code: string): Pick<Import, 'specifier' | 'typeOnly' | 'line'>[] {
  const statements = code.replace(TEXT, (text) => text.replace(/[^\n]/g, ' '));
  return [...statements.matchAll(IMPORT)].map((match) => ({
    specifier: match[3] ?? match[4] ?? match[5] ?? '',
    typeOnly: match[2] !== undefined,
    line: code.slice(0, match.index).split('\n').length,
  }));
}
