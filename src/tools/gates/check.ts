/** Executes the tables of `import-rules.ts` over source files. Knows how to look, not what is right. */
import {
  ASSEMBLY_SCRIPT,
  DETERMINISTIC,
  FORBIDDEN_NAMES,
  FORBIDDEN_WORDS,
  GLOBAL_STYLES,
  LAYERS,
  type Layer,
  LINE_DEBT,
  MOST_LINES,
  NODE_SCRIPTS,
  RULES,
  TEST_FILE,
  TEST_LAYERS,
  TEST_PACKAGES,
  TEXT_TABLES,
  WALL_CLOCK_ALLOWED,
} from './import-rules.ts';
import { type Import, MODULE, type SourceFile, STYLE } from './source-files.ts';
import { missingAndUnusedClasses } from './style-names.ts';

/** What is wrong, where, and why it is wrong. */
export interface Violation {
  readonly rule: string;
  readonly path: string;
  readonly line: number;
  readonly detail: string;
  readonly reason: string;
}

/** Rules that are checked here and not by a row of RULES. */
export const CHECK_NAMES = [
  'every file has a layer',
  'imports lead somewhere',
  'layers',
  'crossing a layer is visible',
  'packages',
  'Node is for scripts',
  'tests are apart',
  'no cycles',
  'deterministic',
  'names say what is inside',
  'size',
  'styles belong to a component',
  'names of styles',
] as const;

type Check = (files: readonly SourceFile[]) => Violation[];

function layerOf(path: string): Layer | undefined {
  return LAYERS.find(({ folder }) => path.startsWith(folder));
}

/** TypeScript of ours: no styles, and not the engine's own language. */
function modules(files: readonly SourceFile[]): SourceFile[] {
  return files.filter(({ path }) => MODULE.test(path) && !ASSEMBLY_SCRIPT.test(path));
}

/** Runs `judge` over every import. */
function overImports(
  files: readonly SourceFile[],
  judge: (file: SourceFile, each: Import) => { rule: string; reason: string } | undefined,
): Violation[] {
  return modules(files).flatMap((file) =>
    file.imports.flatMap((each) => {
      const found = judge(file, each);
      return found === undefined
        ? []
        : [{ ...found, path: file.path, line: each.line, detail: each.specifier }];
    }),
  );
}

const checkPlaces: Check = (files) =>
  files
    .filter(({ path }) => layerOf(path) === undefined)
    .map(({ path }) => ({
      rule: 'every file has a layer',
      path,
      line: 1,
      detail: path,
      reason: 'a file outside the layers is bound by no rule',
    }));

const checkResolved: Check = (files) =>
  overImports(files, (_, { kind }) =>
    kind === 'missing'
      ? { rule: 'imports lead somewhere', reason: 'an import that is not resolved is not checked' }
      : undefined,
  );

const checkLayers: Check = (files) =>
  overImports(files, ({ path }, { target, kind }) => {
    const from = layerOf(path);
    const to = layerOf(target);
    if (kind !== 'file' || from === undefined || to === undefined || from === to) return undefined;
    if (from.mayImport.includes(to.name)) return undefined;
    if (TEST_FILE.test(path) && TEST_LAYERS.includes(to.name)) return undefined;
    return { rule: 'layers', reason: `${from.name}: ${from.reason}` };
  });

const checkCrossings: Check = (files) =>
  overImports(files, ({ path }, { specifier, target, kind }) => {
    const to = layerOf(target);
    // Files that are no modules (styles, images of guests) have no name in `imports`.
    if (kind !== 'file' || to === undefined || !MODULE.test(target)) return undefined;
    const isInside = layerOf(path) === to;
    return specifier.startsWith('.') === isInside
      ? undefined
      : { rule: 'crossing a layer is visible', reason: 'relative inside a layer, #layer/ across' };
  });

const checkPackages: Check = (files) =>
  overImports(files, ({ path }, { target, kind }) => {
    const layer = layerOf(path);
    if (layer === undefined || kind === 'file' || kind === 'missing') return undefined;
    const isTest = TEST_FILE.test(path);
    if (kind === 'node')
      return isTest || layer.node === 'yes' || (layer.node === 'scripts' && NODE_SCRIPTS.test(path))
        ? undefined
        : { rule: 'Node is for scripts', reason: `${layer.name} runs in a browser too` };
    return layer.packages.includes(target) || (isTest && TEST_PACKAGES.includes(target))
      ? undefined
      : { rule: 'packages', reason: `${layer.name}: ${layer.reason}` };
  });

/** Measurements are never shipped: they do at length what tests do in short. */
const MEASUREMENT = /^src\/tools\/measure\//;

const checkTestsApart: Check = (files) =>
  overImports(files, ({ path }, { target, kind }) =>
    kind === 'file' && TEST_FILE.test(target) && !TEST_FILE.test(path) && !MEASUREMENT.test(path)
      ? { rule: 'tests are apart', reason: 'what ships does not contain what tests it' }
      : undefined,
  );

const checkRules: Check = (files) =>
  overImports(files, ({ path }, { target, kind, typeOnly }) => {
    if (kind !== 'file') return undefined;
    const broken = RULES.find(({ from, notFrom, to, except, typesAllowed }) => {
      const match = from.exec(path);
      if (match === null || notFrom?.test(path) === true || !to.test(target)) return false;
      if (typeOnly && typesAllowed === true) return false;
      return except === undefined || !new RegExp(except.replace('$1', match[1] ?? '')).test(target);
    });
    return broken && { rule: broken.name, reason: broken.reason };
  });

/** One violation for each circle of imports; types do not count, since they are gone when modules load. */
const checkCycles: Check = (files) => {
  const byPath = new Map(modules(files).map((file) => [file.path, file]));
  const done = new Set<string>();
  const found: Violation[] = [];
  const visit = (file: SourceFile, trail: readonly string[]): void => {
    const at = trail.indexOf(file.path);
    if (at >= 0) {
      const circle = [...trail.slice(at), file.path];
      found.push({
        rule: 'no cycles',
        path: file.path,
        line: 1,
        detail: circle.join(' → '),
        reason: 'neither can be understood or loaded without the other',
      });
    } else if (!done.has(file.path)) {
      for (const { target, typeOnly } of file.imports) {
        const next = byPath.get(target);
        if (next !== undefined && !typeOnly) visit(next, [...trail, file.path]);
      }
      done.add(file.path);
    }
  };
  for (const file of byPath.values()) visit(file, []);
  return found;
};

const checkDeterminism: Check = (files) =>
  files
    .filter(
      ({ path }) =>
        DETERMINISTIC.test(path) &&
        !TEST_FILE.test(path) &&
        !NODE_SCRIPTS.test(path) &&
        !WALL_CLOCK_ALLOWED.test(path),
    )
    .flatMap(({ path, code }) =>
      code.split('\n').flatMap((text, index) =>
        FORBIDDEN_WORDS.flatMap(({ word, reason }) => {
          const match = word.exec(text);
          return match === null
            ? []
            : [{ rule: 'deterministic', path, line: index + 1, detail: match[0], reason }];
        }),
      ),
    );

const checkNames: Check = (files) =>
  files
    .filter(({ path }) => FORBIDDEN_NAMES.test(path))
    .map(({ path }) => ({
      rule: 'names say what is inside',
      path,
      line: 1,
      detail: path,
      reason: 'a file is one idea',
    }));

const checkSizes: Check = (files) =>
  files
    .filter(({ path }) => !TEST_FILE.test(path) && !TEXT_TABLES.test(path))
    .flatMap(({ path, lines }) => {
      const most = LINE_DEBT[path] ?? MOST_LINES;
      return lines > most
        ? [
            {
              rule: 'size',
              path,
              line: lines,
              detail: `${lines} lines, ${most} at most`,
              reason: 'a file is one idea',
            },
          ]
        : [];
    });

const checkStylePlaces: Check = (files) =>
  files
    .filter(({ path }) => STYLE.test(path) && !path.endsWith('.module.css') && !GLOBAL_STYLES.includes(path))
    .map(({ path }) => ({
      rule: 'styles belong to a component',
      path,
      line: 1,
      detail: path,
      reason: 'what is global can be broken from anywhere: name it x.module.css, beside x.tsx',
    }));

const checkStyleNames: Check = (files) =>
  missingAndUnusedClasses(files).map((found) => ({
    ...found,
    rule: 'names of styles',
    reason: 'a class without a rule, or a rule without a class, does nothing',
  }));

/** Debt that is paid, or that belongs to no file. */
function checkDebt(files: readonly SourceFile[], debt: Readonly<Record<string, number>>): Violation[] {
  return Object.keys(debt).flatMap((path) => {
    const file = files.find((each) => each.path === path);
    return file !== undefined && file.lines > MOST_LINES
      ? []
      : [{ rule: 'debt is taken off the list', path, line: 1, detail: path, reason: 'debt only falls' }];
  });
}

const CHECKS: readonly Check[] = [
  checkPlaces,
  checkResolved,
  checkLayers,
  checkCrossings,
  checkPackages,
  checkTestsApart,
  checkRules,
  checkCycles,
  checkDeterminism,
  checkNames,
  checkSizes,
  checkStylePlaces,
  checkStyleNames,
];

/** All violations in these files. */
export function violations(files: readonly SourceFile[]): Violation[] {
  return CHECKS.flatMap((check) => check(files));
}

/** Rows of the debt list that are not needed any more; only the whole source tells. */
export function paidDebt(
  files: readonly SourceFile[],
  debt: Readonly<Record<string, number>> = LINE_DEBT,
): Violation[] {
  return checkDebt(files, debt);
}

/** A violation as a compiler would print it. */
export function described({ rule, path, line, detail, reason }: Violation): string {
  return `${path}:${line}: ${rule}: ${detail} (${reason})`;
}
