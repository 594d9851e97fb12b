/** Classes of CSS modules that are asked for and are not there, or are there and nobody asks for. */
import type { SourceFile } from './source-files.ts';

export interface OddClass {
  readonly path: string;
  readonly line: number;
  readonly detail: string;
}

const MODULE_IMPORT = /import (\w+) from '([^']+\.module\.css)'/g;

/** The classes of a style sheet with their lines, those of other libraries (`:global(…)`) aside. */
function classesOf({ code }: SourceFile): Map<string, number> {
  const own = code.replace(/:global\([^)]*\)|"[^"]*"/g, (text) => text.replace(/[^\n]/g, ' '));
  const classes = new Map<string, number>();
  own.split('\n').forEach((text, index) => {
    // A number such as `0.7s` has a digit behind its dot.
    for (const [, name = ''] of text.matchAll(/\.([a-z][\w-]*)/gi))
      if (!classes.has(name)) classes.set(name, index + 1);
  });
  return classes;
}

/** Every module's classes against those that its importers name: `css['name']`; `css[expression]` names any of them. */
export function missingAndUnusedClasses(files: readonly SourceFile[]): OddClass[] {
  const sheets = files.filter(({ path }) => path.endsWith('.module.css'));
  const classes = new Map(sheets.map((sheet) => [sheet.path, classesOf(sheet)]));
  const asked = new Map(sheets.map(({ path }) => [path, new Set<string>()]));
  const found: OddClass[] = [];
  for (const { path, code, imports } of files)
    for (const [, alias = '', specifier] of code.matchAll(MODULE_IMPORT)) {
      const sheet = imports.find((each) => each.specifier === specifier)?.target ?? '';
      const there = classes.get(sheet);
      if (there === undefined) continue;
      for (const use of code.matchAll(new RegExp(`\\b${alias}\\[(?:'([^']+)'|[^'\\]]+)\\]`, 'g'))) {
        const names = use[1] === undefined ? [...there.keys()] : [use[1]];
        for (const name of names) asked.get(sheet)?.add(name);
        const line = code.slice(0, use.index).split('\n').length;
        for (const name of names)
          if (!there.has(name)) found.push({ path, line, detail: `${sheet} has no .${name}` });
      }
    }
  for (const [path, there] of classes)
    for (const [name, line] of there)
      if (asked.get(path)?.has(name) !== true) found.push({ path, line, detail: `nobody uses .${name}` });
  return found;
}
