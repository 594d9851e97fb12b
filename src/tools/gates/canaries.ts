/**
 * Canaries: for each rule and each tool one small source tree with exactly one violation. A gate that lets its canary
 * pass checks nothing, whatever it prints. Only data; the tests next door run the gates over them.
 */

/** Texts by path from the root. */
export type Tree = Readonly<Record<string, string>>;

export interface Canary {
  /** Name of the rule in `check.ts` or `import-rules.ts`. */
  readonly rule: string;
  readonly tree: Tree;
}

const EMPTY = 'export const empty = 0;\n';

/** One for each rule of our own gate. */
export const RULE_CANARIES: readonly Canary[] = [
  { rule: 'every file has a layer', tree: { 'src/elsewhere/a.ts': EMPTY } },
  { rule: 'imports lead somewhere', tree: { 'src/base/a.ts': "import './gone.ts';\n" } },
  {
    rule: 'layers',
    tree: {
      'src/base/a.ts': "import type { B } from '#machine/b';\nexport type A = B;\n",
      'src/machine/b.ts': 'export type B = 1;\n',
    },
  },
  {
    rule: 'layers',
    tree: { 'src/ui/a.tsx': "import { empty } from '#lab/b';\n", 'src/lab/b.ts': EMPTY },
  },
  {
    rule: 'layers',
    tree: { 'src/machine/a.ts': "const b = await import('#tools/b');\n", 'src/tools/b.ts': EMPTY },
  },
  {
    rule: 'crossing a layer is visible',
    tree: { 'src/isa/a.ts': "import { empty } from '../base/b.ts';\n", 'src/base/b.ts': EMPTY },
  },
  { rule: 'packages', tree: { 'src/hypervisor/a.ts': "import { useState } from 'react';\n" } },
  { rule: 'packages', tree: { 'src/lab/a.ts': "import fc from 'fast-check';\n" } },
  { rule: 'Node is for scripts', tree: { 'src/guests/a.ts': "import { readFileSync } from 'node:fs';\n" } },
  {
    rule: 'tests are apart',
    tree: { 'src/lab/a.ts': "import { empty } from './b.arbitrary.ts';\n", 'src/lab/b.arbitrary.ts': EMPTY },
  },
  {
    rule: 'virtio devices are apart',
    tree: {
      'src/machine/devices/virtio/net/a.ts': "import { empty } from '../block/b.ts';\n",
      'src/machine/devices/virtio/block/b.ts': EMPTY,
    },
  },
  {
    rule: 'platform devices are apart',
    tree: {
      'src/machine/devices/uart/a.ts': "import type { B } from '../plic/b.ts';\n",
      'src/machine/devices/plic/b.ts': EMPTY,
    },
  },
  {
    rule: 'the door of the hypervisor',
    tree: {
      'src/lab/a.ts': "import { empty } from '#hypervisor/vcpu/b';\n",
      'src/hypervisor/vcpu/b.ts': EMPTY,
    },
  },
  {
    rule: 'protocol and programs take types alone',
    tree: {
      'src/bridge/protocol/a.ts': "import { empty } from '#hypervisor/commands';\n",
      'src/hypervisor/commands.ts': EMPTY,
    },
  },
  {
    rule: 'the doors of the machine',
    tree: { 'src/cli/a.ts': "import { empty } from '#machine/layout';\n", 'src/machine/layout.ts': EMPTY },
  },
  {
    rule: 'building is for the build',
    tree: {
      'src/machine/a.ts': "import { empty } from './build/b.ts';\n",
      'src/machine/build/b.ts': EMPTY,
    },
  },
  {
    rule: 'views are apart',
    tree: {
      'src/ui/views/vm/walk/a.tsx': "import { empty } from '../exits/b.ts';\n",
      'src/ui/views/vm/exits/b.ts': EMPTY,
    },
  },
  {
    rule: 'views do not know the frame',
    tree: {
      'src/ui/views/vm/walk/a.tsx': "import { empty } from '../../../app/b.ts';\n",
      'src/ui/app/b.ts': EMPTY,
    },
  },
  {
    rule: 'kit has no word of the domain',
    tree: { 'src/ui/kit/a.tsx': "import { empty } from '../parts/b.ts';\n", 'src/ui/parts/b.ts': EMPTY },
  },
  {
    rule: 'parts do not know views',
    tree: {
      'src/ui/parts/a.tsx': "import { empty } from '../views/vm/b.ts';\n",
      'src/ui/views/vm/b.ts': EMPTY,
    },
  },
  {
    rule: 'the door of the translator',
    tree: {
      'src/machine/a.ts': "import { empty } from './translator/plan/b.ts';\n",
      'src/machine/translator/plan/b.ts': EMPTY,
    },
  },
  {
    rule: "the translator's stage discover",
    tree: {
      'src/machine/translator/discover/a.ts': "import { empty } from '../plan/b.ts';\n",
      'src/machine/translator/plan/b.ts': EMPTY,
    },
  },
  {
    rule: "the translator's stage plan",
    tree: {
      'src/machine/translator/plan/a.ts': "import type { B } from '../emit/b.ts';\n",
      'src/machine/translator/emit/b.ts': 'export type B = 1;\n',
    },
  },
  {
    rule: "the translator's stage wasm",
    tree: {
      'src/machine/translator/wasm/a.ts': "import { empty } from '../emit/b.ts';\n",
      'src/machine/translator/emit/b.ts': EMPTY,
    },
  },
  {
    rule: "the translator's stage float",
    tree: {
      'src/machine/translator/float/a.ts': "import { empty } from '../emit/b.ts';\n",
      'src/machine/translator/emit/b.ts': EMPTY,
    },
  },
  {
    rule: "the translator's stage emit",
    tree: {
      'src/machine/translator/emit/a.ts': "import { empty } from '../cache/b.ts';\n",
      'src/machine/translator/cache/b.ts': EMPTY,
    },
  },
  {
    rule: "the translator's stage cache",
    tree: {
      'src/machine/translator/cache/a.ts': "import { empty } from '../plan/b.ts';\n",
      'src/machine/translator/plan/b.ts': EMPTY,
    },
  },
  {
    rule: 'no cycles',
    tree: {
      'src/lab/a.ts': "import { b } from './b.ts';\nexport const a = () => b;\n",
      'src/lab/b.ts': "export * from './c.ts';\n",
      'src/lab/c.ts': "import { a } from './a.ts';\nexport const b = a;\n",
    },
  },
  { rule: 'deterministic', tree: { 'src/machine/a.ts': 'export const now = () => Date.now();\n' } },
  { rule: 'deterministic', tree: { 'src/hypervisor/a.ts': 'export const dice = Math.random();\n' } },
  { rule: 'deterministic', tree: { 'src/lab/a.ts': 'export const half = Math.exp(-1);\n' } },
  { rule: 'deterministic', tree: { 'src/bridge/worker/a.ts': 'const at = performance.now();\n' } },
  { rule: 'deterministic', tree: { 'src/lab/a.ts': 'names.sort((a, b) => a.localeCompare(b));\n' } },
  { rule: 'names say what is inside', tree: { 'src/lab/utils.ts': EMPTY } },
  { rule: 'size', tree: { 'src/lab/a.ts': EMPTY.repeat(401) } },
  { rule: 'size', tree: { 'src/ui/base.css': 'b {\n}\n'.repeat(201) } },
  { rule: 'styles belong to a component', tree: { 'src/ui/style.css': '.a {\n}\n' } },
  {
    rule: 'names of styles',
    tree: {
      'src/ui/a.tsx': "import css from './a.module.css';\nexport const a = [css['there'], css['gone']];\n",
      'src/ui/a.module.css': '.there {\n}\n',
    },
  },
  {
    rule: 'names of styles',
    tree: {
      'src/ui/a.tsx': "import css from './a.module.css';\nexport const a = css['there'];\n",
      'src/ui/a.module.css': '.there {\n}\n.unused {\n}\n',
    },
  },
];

/** What our own gate must not refuse: looks like a violation and is none. */
export const INNOCENT: Tree = {
  'src/base/a.ts':
    "/* import '#machine/b'; Math.random() */\n// Date.now()\nexport const a = 'https://x.example';\n",
  'src/lab/a.ts': "import type { Hart } from '#machine/hart';\nimport { Host } from '#hypervisor/host';\n",
  'src/lab/a.test.ts':
    "import { test } from 'vitest';\nconst startMs = performance.now();\nimport './a.ts';\n",
  'src/machine/hart.ts': "import { a } from '#base/a';\nimport './translator/translator.ts';\n",
  'src/machine/translator/translator.ts': "import './plan/plan.ts';\n",
  'src/machine/translator/plan/plan.ts': "import '../float/instructions.ts';\n",
  'src/machine/translator/float/instructions.ts': EMPTY,
  'src/machine/build/text.ts': "export const text = `\nimport { gone } from './gone';\n`;\n",
  'src/hypervisor/host.ts': EMPTY,
  'src/machine/devices/virtio/net/device.ts': "import './registers.ts';\nimport '../virtqueue.ts';\n",
  'src/machine/devices/virtio/net/registers.ts': EMPTY,
  'src/machine/devices/virtio/virtqueue.ts': "import type { Late } from './late.ts';\n",
  'src/machine/devices/virtio/late.ts': "import './virtqueue.ts';\n",
  'src/guests/linux/package.ts': "import { readFileSync } from 'node:fs';\n",
  'src/bridge/worker/governor.ts': 'export const wall = performance.now();\n',
  'src/ui/a.tsx':
    "import css from './a.module.css';\nexport const a = (side: string) => [css['a-b'], css[side]];\n",
  'src/ui/a.module.css':
    '/* .gone */\n.a-b :global(.other .one),\n.left[data-x=".5"] {\n  transition: 0.7s;\n}\n',
};

/** A violation that only a tool finds; `fixed` is the same tree without it. */
export interface ToolCanary {
  readonly name: string;
  /** What the tool must say. */
  readonly says: RegExp;
  readonly tree: Tree;
  readonly fixed: Tree;
}

/** For `tsc -b` with the projects of the repository. */
export const TYPE_CANARIES: readonly ToolCanary[] = [
  {
    name: 'an upward import, even of a type',
    says: /base\/a\.ts.*TS6307/s,
    tree: {
      'src/base/a.ts': "import type { B } from '#isa/b';\nexport type A = B;\n",
      'src/isa/b.ts': 'export type B = 1;\n',
    },
    fixed: { 'src/base/a.ts': 'export type A = 1;\n', 'src/isa/b.ts': 'export type B = 1;\n' },
  },
  {
    name: 'the document below the page',
    says: /TS2584.*document/s,
    tree: { 'src/base/a.ts': 'export const a: number = document.title.length;\n' },
    fixed: { 'src/base/a.ts': 'export const a: number = 1;\n' },
  },
  {
    name: 'an element of an array taken for granted',
    says: /TS2322/,
    tree: { 'src/base/a.ts': 'export const first = (list: number[]): number => list[0];\n' },
    fixed: { 'src/base/a.ts': 'export const first = (list: number[]): number => list[0] ?? 0;\n' },
  },
  {
    name: 'any by omission',
    says: /TS7006/,
    tree: { 'src/base/a.ts': 'export const same = (value): number => value;\n' },
    fixed: { 'src/base/a.ts': 'export const same = (value: number): number => value;\n' },
  },
];

/** For `biome check`. */
export const BIOME_CANARIES: readonly ToolCanary[] = [
  {
    name: 'format',
    says: /a\.ts: format/,
    tree: { 'src/lab/a.ts': 'export const a = "double"\n' },
    fixed: { 'src/lab/a.ts': "export const a = 'single';\n" },
  },
  {
    name: 'any',
    says: /noExplicitAny/,
    tree: { 'src/lab/a.ts': 'export const a: any = 1;\n' },
    fixed: { 'src/lab/a.ts': 'export const a: unknown = 1;\n' },
  },
  {
    name: 'an unused import',
    says: /noUnusedImports/,
    tree: { 'src/lab/a.ts': "import { b } from './b.ts';\n", 'src/lab/b.ts': 'export const b = 1;\n' },
    fixed: { 'src/lab/b.ts': 'export const b = 1;\n' },
  },
  {
    name: 'a promise that nobody waits for',
    says: /noFloatingPromises/,
    tree: { 'src/lab/a.ts': 'const later = async (): Promise<void> => {};\nlater();\n' },
    fixed: { 'src/lab/a.ts': 'const later = async (): Promise<void> => {};\nawait later();\n' },
  },
  {
    name: 'a switch that forgets a case',
    says: /useExhaustiveSwitchCases/,
    tree: {
      'src/lab/a.ts':
        "export function a(kind: 'x' | 'y'): void {\n  switch (kind) {\n    case 'x':\n      a('y');\n  }\n}\n",
    },
    fixed: {
      'src/lab/a.ts':
        "export function a(kind: 'x' | 'y'): void {\n  switch (kind) {\n    case 'x':\n      a('y');\n      break;\n    case 'y':\n  }\n}\n",
    },
  },
  {
    name: 'a circle of imports',
    says: /noImportCycles/,
    tree: {
      'src/lab/a.ts': "import { b } from './b.ts';\n\nexport const a = (): number => b;\n",
      'src/lab/b.ts': "import { a } from './a.ts';\n\nexport const b = a();\n",
    },
    fixed: {
      'src/lab/a.ts': "import { b } from './b.ts';\n\nexport const a = (): number => b;\n",
      'src/lab/b.ts': 'export const b = 1;\n',
    },
  },
  {
    name: "Node's modules in a browser's layer",
    says: /noRestrictedImports/,
    tree: { 'src/lab/a.ts': "export { readFileSync } from 'node:fs';\n" },
    fixed: { 'src/cli/a.ts': "export { readFileSync } from 'node:fs';\n" },
  },
];

const USED = "import { used } from './used.ts';\n\nprocess.exitCode = used;\n";

/** For knip. */
export const DEAD_CODE_CANARIES: readonly ToolCanary[] = [
  {
    name: 'a file that nobody imports',
    says: /Unused files.*src\/cli\/dead\.ts/s,
    tree: {
      'src/cli/main.ts': USED,
      'src/cli/used.ts': 'export const used = 1;\n',
      'src/cli/dead.ts': EMPTY,
    },
    fixed: { 'src/cli/main.ts': USED, 'src/cli/used.ts': 'export const used = 1;\n' },
  },
  {
    name: 'an export that nobody imports',
    says: /Unused exports.*nobody/s,
    tree: {
      'src/cli/main.ts': USED,
      'src/cli/used.ts': 'export const used = 1;\nexport const nobody = 2;\n',
    },
    fixed: { 'src/cli/main.ts': USED, 'src/cli/used.ts': 'export const used = 1;\n' },
  },
];
