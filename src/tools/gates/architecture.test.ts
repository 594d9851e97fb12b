/** The architecture, executed: the tables of `import-rules.ts` over all sources, and over a canary for every rule. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { INNOCENT, RULE_CANARIES, type Tree } from './canaries.ts';
import { CHECK_NAMES, described, paidDebt, violations } from './check.ts';
import { LAYERS, LINE_DEBT, MOST_LINE_DEBT, RULES } from './import-rules.ts';
import { readTexts, sourceFiles } from './source-files.ts';

const ROOT = resolve(fileURLToPath(new URL('../../..', import.meta.url)));
const texts = readTexts(ROOT);
const files = sourceFiles(texts, ROOT);

function violationsOf(tree: Tree): string[] {
  return violations(sourceFiles(new Map(Object.entries(tree)), '/nowhere')).map(({ rule }) => rule);
}

describe('the sources', () => {
  test('are all there: a gate that reads nothing finds nothing', () => {
    expect(files.length).toBeGreaterThan(300);
    expect(files.reduce((sum, { imports }) => sum + imports.length, 0)).toBeGreaterThan(1200);
  });

  test('have no import that the scanner misses', () => {
    // A coarser look at the same text: every `from '…'` at the end of a line.
    for (const { path, code, imports } of files) {
      const statements = code.replace(/`(?:\\.|[^`\\])*`/g, '');
      const froms = [...statements.matchAll(/^(?:import|export|\}).*\bfrom '[^']+';$/gm)].length;
      expect(imports.length, path).toBeGreaterThanOrEqual(froms);
    }
  });

  test('keep the rules', () => {
    expect(violations(files).map(described)).toEqual([]);
  });

  test('owe no more than the list says, and the list does not grow', () => {
    expect(paidDebt(files).map(described)).toEqual([]);
    expect(Object.keys(LINE_DEBT).length).toBeLessThanOrEqual(MOST_LINE_DEBT);
  });
});

describe('a canary for the rule', () => {
  test.each(RULE_CANARIES.map(({ rule, tree }) => [rule, tree] as const))('%s', (rule, tree) => {
    expect(violationsOf(tree)).toEqual([rule]);
  });

  test('… every rule has one', () => {
    const rules = new Set(RULE_CANARIES.map(({ rule }) => rule));
    expect([...CHECK_NAMES, ...RULES.map(({ name }) => name)].filter((name) => !rules.has(name))).toEqual([]);
  });

  test('… and what only looks like a violation passes', () => {
    expect(violations(sourceFiles(new Map(Object.entries(INNOCENT)), '/nowhere')).map(described)).toEqual([]);
  });

  test('… and a debt that is paid is called back', () => {
    const path = 'src/base/a.ts';
    const short = sourceFiles(new Map([[path, 'export {};\n']]), '/nowhere');
    expect(paidDebt(short, { [path]: 500 }).map(({ path: where }) => where)).toEqual([path]);
  });
});

interface Project {
  readonly extends?: string;
  readonly compilerOptions?: Readonly<Record<string, unknown>>;
  readonly references?: readonly { readonly path: string }[];
}

function project(path: string): Project {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Project;
}

/** Flags without which the types promise less than the code believes. */
const STRICT_FLAGS = [
  'strict',
  'verbatimModuleSyntax',
  'erasableSyntaxOnly',
  'isolatedDeclarations',
  'exactOptionalPropertyTypes',
  'noImplicitOverride',
  'noImplicitReturns',
  'noFallthroughCasesInSwitch',
  'noPropertyAccessFromIndexSignature',
  'noUncheckedIndexedAccess',
  'noUnusedLocals',
  'noUnusedParameters',
];
/** What a layer may set for itself. */
const OWN_OPTIONS = ['rootDir', 'outDir', 'tsBuildInfoFile', 'lib', 'types', 'jsx'];

describe('the projects of TypeScript', () => {
  const folders = LAYERS.map(({ folder }) => folder.replace(/\/$/, ''));

  test('are strict', () => {
    const { compilerOptions = {} } = project('src/tsconfig.layer.json');
    expect(STRICT_FLAGS.filter((flag) => compilerOptions[flag] !== true)).toEqual([]);
  });

  test('are one for each layer, all built by the root', () => {
    const { references = [] } = project('tsconfig.json');
    expect(folders.filter((folder) => !references.some(({ path }) => path === folder))).toEqual([]);
  });

  test.each(folders)('%s extends the strict options and loosens none', (folder) => {
    const { extends: base = '', compilerOptions = {} } = project(`${folder}/tsconfig.json`);
    expect(resolve(ROOT, folder, base)).toBe(join(ROOT, 'src/tsconfig.layer.json'));
    const own = Object.keys(compilerOptions).filter((option) => !OWN_OPTIONS.includes(option));
    // Declarations of the page are nobody's import.
    expect(own).toEqual(folder === 'src/ui' ? ['isolatedDeclarations'] : []);
  });

  test.each(LAYERS.map((layer) => [layer.name, layer] as const))(
    '%s refers to no layer above it',
    (_, layer) => {
      const folder = layer.folder.replace(/\/$/, '');
      const { references = [] } = project(`${folder}/tsconfig.json`);
      const allowed = layer.mayImport.map((name) => join(ROOT, 'src', name));
      const foreign = references
        .map(({ path }) => resolve(ROOT, folder, path))
        .filter((path) => !path.endsWith('tsconfig.prerequisites.json') && !allowed.includes(path));
      expect(foreign.map((path) => path.slice(ROOT.length + 1))).toEqual([]);
    },
  );

  test('document types exist in the page and its client only', () => {
    const withDom = folders.filter((folder) =>
      JSON.stringify(project(`${folder}/tsconfig.json`).compilerOptions?.['lib'] ?? []).includes('dom'),
    );
    expect(withDom).toEqual(['src/bridge/client', 'src/ui']);
  });
});

test('each layer has sources, and a README that says what it is', () => {
  const folders = LAYERS.map(({ folder }) => folder);
  const isEmpty = (folder: string): boolean => !files.some(({ path }) => path.startsWith(folder));
  expect(folders.filter((folder) => isEmpty(folder) || !existsSync(join(ROOT, folder, 'README.md')))).toEqual(
    [],
  );
});
