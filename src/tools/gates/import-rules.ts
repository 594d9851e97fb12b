/**
 * The architecture as data: which layer may import which, the finer rules inside layers, the words that would make a run
 * depend on its surroundings, and the debt that is tolerated. `check.ts` executes these tables.
 */

/** A layer: where it is, what it may import of others, which packages, and why so. */
export interface Layer {
  readonly name: string;
  readonly folder: string;
  readonly mayImport: readonly string[];
  /** Packages of npm; tests may use those of TEST_PACKAGES besides. */
  readonly packages: readonly string[];
  /** `scripts`: only the files of NODE_SCRIPTS. */
  readonly node: 'never' | 'scripts' | 'yes';
  readonly reason: string;
}

export const LAYERS: readonly Layer[] = [
  {
    name: 'base',
    folder: 'src/base/',
    mayImport: [],
    packages: [],
    node: 'never',
    reason: 'everyone knows it, so it knows nobody',
  },
  {
    name: 'isa',
    folder: 'src/isa/',
    mayImport: ['base'],
    packages: [],
    node: 'never',
    reason: 'RISC-V as data, without any machine',
  },
  {
    name: 'machine',
    folder: 'src/machine/',
    mayImport: ['base', 'isa'],
    // Devices declare the schema of their own settings.
    packages: ['valibot'],
    node: 'never',
    reason: 'hardware does not know the software that runs on it',
  },
  {
    name: 'hypervisor',
    folder: 'src/hypervisor/',
    mayImport: ['base', 'isa', 'machine'],
    // Schedulers, stages of ports and commands declare the schema of their own settings; pages are compressed.
    packages: ['valibot', 'fflate'],
    node: 'never',
    reason: 'a host knows no other host, no scenario and no page',
  },
  {
    name: 'cluster',
    folder: 'src/cluster/',
    mayImport: ['base', 'hypervisor'],
    packages: [],
    node: 'never',
    reason: 'several hosts, each through its door',
  },
  {
    name: 'guests',
    folder: 'src/guests/',
    mayImport: ['base', 'isa'],
    packages: ['valibot'],
    node: 'scripts',
    reason: 'guest software does not know what runs it',
  },
  {
    name: 'lab',
    folder: 'src/lab/',
    mayImport: ['base', 'isa', 'machine', 'hypervisor', 'cluster', 'guests'],
    packages: ['valibot', 'fflate'],
    node: 'never',
    reason: 'the lab runs without a page, in Node as in a worker',
  },
  {
    name: 'programming',
    folder: 'src/programming/',
    mayImport: ['base', 'hypervisor'],
    packages: [],
    node: 'never',
    reason: 'a program drives a lab through commands and questions, wherever that lab runs',
  },
  {
    name: 'bridge/protocol',
    folder: 'src/bridge/protocol/',
    mayImport: ['base', 'hypervisor'],
    packages: [],
    node: 'never',
    reason: 'what both sides of the bridge know, and nothing of either side',
  },
  {
    name: 'bridge/worker',
    folder: 'src/bridge/worker/',
    mayImport: ['base', 'isa', 'machine', 'hypervisor', 'cluster', 'guests', 'lab', 'bridge/protocol'],
    packages: ['comlink', 'fflate', 'idb'],
    node: 'never',
    reason: 'the lab in a worker, without React and without a document',
  },
  {
    name: 'bridge/client',
    folder: 'src/bridge/client/',
    mayImport: ['base', 'bridge/protocol'],
    packages: ['comlink'],
    node: 'never',
    reason: 'the page reaches the machine through the protocol only',
  },
  {
    name: 'ui',
    folder: 'src/ui/',
    mayImport: ['base', 'programming', 'bridge/protocol', 'bridge/client'],
    packages: [
      ...['react', 'react-dom', 'zustand', 'i18next', 'react-i18next', 'recharts'],
      ...['@mantine/core', '@mantine/hooks', '@xterm/xterm', '@xterm/addon-fit', '@xyflow/react', 'uqr'],
    ],
    node: 'never',
    reason: 'the page shows what the protocol says and knows no machine',
  },
  {
    name: 'cli',
    folder: 'src/cli/',
    mayImport: ['base', 'isa', 'machine', 'hypervisor', 'guests', 'lab', 'programming'],
    packages: [],
    node: 'yes',
    reason: 'the same lab without a page',
  },
  {
    name: 'tools',
    folder: 'src/tools/',
    mayImport: ['base', 'isa', 'machine', 'hypervisor', 'guests', 'lab', 'cli', 'bridge/protocol'],
    packages: ['assemblyscript', 'playwright', 'vite'],
    node: 'yes',
    reason: 'builds and checks; nothing that ships imports it',
  },
];

/** What tests may use wherever they are. */
export const TEST_PACKAGES: readonly string[] = [
  'vitest',
  'fast-check',
  'fflate',
  'playwright',
  'fake-indexeddb',
  'jsqr',
];
/** Layers that the tests of any layer may import: prerequisites of a machine, compilers and emulators. */
export const TEST_LAYERS: readonly string[] = ['tools', 'guests'];
export const TEST_FILE: RegExp = /\.(?:test|mock|arbitrary)\.tsx?$|\/mock-[a-z-]+\.ts$|\/fixtures\//;

/** Scripts that run on Node inside layers that otherwise run anywhere. */
export const NODE_SCRIPTS: RegExp =
  /^src\/guests\/(?:(?:linux|debian)\/.+|(?:agent|nested|teaching-kernel)\/build)\.ts$/;

/** AssemblyScript: another language, compiled by itself; only its file sizes are looked at. Its tests are TypeScript. */
export const ASSEMBLY_SCRIPT: RegExp = /^src\/machine\/engine\/(?!.*\.test\.ts$).+\.ts$/;

/** A finer rule: files that match `from` may not import files that match `to`, unless `except` matches the target. */
export interface Rule {
  readonly name: string;
  readonly from: RegExp;
  readonly notFrom?: RegExp;
  readonly to: RegExp;
  /** May hold what `from` captured as `$1`. */
  readonly except?: string;
  /** Types do not count. */
  readonly typesAllowed?: boolean;
  readonly reason: string;
}

/** A stage of the translator: its folder, and what of the others it may import. */
interface Stage {
  readonly folder: string;
  readonly mayImport: readonly string[];
  readonly reason: string;
}

/** In the order in which code goes through them. */
const TRANSLATOR_STAGES: readonly Stage[] = [
  { folder: 'discover', mayImport: [], reason: 'what is hot does not depend on how it will be written' },
  {
    folder: 'plan',
    mayImport: ['discover/', 'float/instructions'],
    reason: 'what is decided is read before anything is written, and can be tested without it',
  },
  { folder: 'wasm', mayImport: [], reason: 'the binary format knows no guest' },
  {
    folder: 'float',
    mayImport: ['wasm/', 'emit/emit-context'],
    reason: 'an instruction sees registers and the way out, and not the region around it',
  },
  {
    folder: 'emit',
    mayImport: ['discover/', 'plan/', 'wasm/', 'float/'],
    reason: 'a function is written without knowing what becomes of it',
  },
  {
    folder: 'cache',
    mayImport: ['discover/', 'wasm/', 'emit/'],
    reason: 'translations are kept and dropped whatever is in them',
  },
];

const TRANSLATOR = 'src/machine/translator/';

export const RULES: readonly Rule[] = [
  {
    name: 'the door of the translator',
    from: /^src\/machine\/(?!translator\/)/,
    notFrom: TEST_FILE,
    to: /^src\/machine\/translator\//,
    except: `^${TRANSLATOR}translator\\.ts$`,
    reason: 'a machine hands over samples and changes of code; all else happens behind the door',
  },
  ...TRANSLATOR_STAGES.map(
    ({ folder, mayImport, reason }): Rule => ({
      name: `the translator's stage ${folder}`,
      from: new RegExp(`^${TRANSLATOR}${folder}/`),
      to: new RegExp(`^${TRANSLATOR}`),
      except: `^${TRANSLATOR}(?:${[`${folder}/`, ...mayImport].join('|')})`,
      reason,
    }),
  ),
  {
    name: 'virtio devices are apart',
    from: /^src\/machine\/devices\/virtio\/([a-z0-9-]+)\//,
    to: /^src\/machine\/devices\/virtio\/[a-z0-9-]+\//,
    except: '^src/machine/devices/virtio/$1/',
    reason: 'a device is understood, tested and replaced alone; what they share lies above them',
  },
  {
    name: 'platform devices are apart',
    from: /^src\/machine\/devices\/(plic|uart|aclint|finisher)\//,
    to: /^src\/machine\/devices\/(?:plic|uart|aclint|finisher)\//,
    except: '^src/machine/devices/$1/',
    reason: 'devices meet on the bus and by interrupt lines, not by imports',
  },
  {
    name: 'the door of the hypervisor',
    from: /^src\/(?:cluster|lab|bridge|cli)\//,
    to: /^src\/hypervisor\//,
    except:
      '^src/hypervisor/(?:host|host-messages|host-server|local-host|worker-host|port|commands|registries|peers/wiring|snapshot/(?:difference|file|hasher|suspended-vm)|shapes/[a-z-]+|fixtures/(?:extension/[a-z-]+|same-state))\\.ts$',
    typesAllowed: true,
    reason: 'a host is driven by commands and advance; what lies behind its door may change',
  },
  {
    name: 'protocol and programs take types alone',
    from: /^src\/(?:bridge\/protocol|programming)\//,
    notFrom: TEST_FILE,
    to: /^src\/hypervisor\//,
    typesAllowed: true,
    reason: 'the page knows what can be asked and commanded by its type; nothing of a host is loaded with it',
  },
  {
    name: 'the doors of the machine',
    from: /^src\/(?:cluster|lab|bridge|cli)\//,
    to: /^src\/machine\//,
    except:
      '^src/machine/(?:machine|engine-module|bare-platform|bare-software|translation-policy|usual-policy|devices/device-tree/bare-device-tree|devices/disk/layers/(?:layer|keeper))\\.ts$',
    typesAllowed: true,
    reason: 'above the hypervisor only the engine and the bare machine are known',
  },
  {
    name: 'building is for the build',
    from: /^src\/(?!tools\/|machine\/build\/)/,
    notFrom: TEST_FILE,
    to: /^src\/machine\/build\//,
    reason: 'what renders the engine never ships',
  },
  {
    name: 'views are apart',
    from: /^src\/ui\/views\/([a-z0-9-]+\/[a-z0-9-]+)\//,
    to: /^src\/ui\/views\/[a-z0-9-]+\/[a-z0-9-]+\//,
    except: '^src/ui/views/$1/',
    reason: 'a view can be taken out or loaded late; what views share lies in parts and kit',
  },
  {
    name: 'kit has no word of the domain',
    from: /^src\/ui\/kit\//,
    to: /^src\/(?!ui\/kit\/|base\/)/,
    reason: 'what knows VMs and hosts lies in parts',
  },
  {
    name: 'parts do not know views',
    from: /^src\/ui\/(?:parts|state|i18n)\//,
    to: /^src\/ui\/(?:views|dialogs|app)\//,
    reason: 'views are made of parts',
  },
  {
    name: 'views do not know the frame',
    from: /^src\/ui\/(?:views|dialogs)\//,
    to: /^src\/ui\/app\//,
    reason: 'the frame shows whatever views it is given; what they need of it goes by state and routes',
  },
];

/** Words that make a run depend on where and when it happens. */
export interface ForbiddenWord {
  readonly word: RegExp;
  readonly reason: string;
}

/** Layers whose code must give the same machine bit for bit everywhere. */
export const DETERMINISTIC: RegExp =
  /^src\/(?:base|isa|machine|hypervisor|cluster|guests|lab|bridge\/protocol|bridge\/worker)\//;
/** The governor ties virtual to wall time: it is the one place that reads a clock. */
export const WALL_CLOCK_ALLOWED: RegExp = /^src\/bridge\/worker\/governor\.ts$/;

export const FORBIDDEN_WORDS: readonly ForbiddenWord[] = [
  {
    word: /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.(?:now|timeOrigin)\b|\bprocess\.hrtime\b/,
    reason: 'time is virtual',
  },
  {
    word: /\bMath\.random\b|\bcrypto\.(?:getRandomValues|randomUUID)\b/,
    reason: 'random numbers come from the seed of the scenario',
  },
  {
    word: /\bMath\.(?:exp|expm1|log|log2|log10|log1p|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|cbrt|hypot)\b/,
    reason: 'engines may round it differently',
  },
  {
    word: /\.(?:localeCompare|toLocale\w+)\(|\bIntl\./,
    reason: 'it depends on the language of the machine',
  },
];

/** Names that say nothing of what is inside. */
export const FORBIDDEN_NAMES: RegExp = /(?:^|\/)(?:utils?|helpers?|misc|common)(?:\.[a-z.]+|\/)/;

/** The only styles that hold everywhere; all others are modules, whose names are their component's own. */
export const GLOBAL_STYLES: readonly string[] = [
  'src/ui/theme.css',
  'src/ui/base.css',
  // The page before its code is there.
  'src/ui/first-paint.css',
];

/** Lines of a file, tests aside. */
export const MOST_LINES = 400;

/** Files that are longer for now: most lines that each may have. A row goes when its file has become short enough. */
export const LINE_DEBT: Readonly<Record<string, number>> = {};
/** Rows of the list above; it may only be lowered. */
export const MOST_LINE_DEBT = 0;
/** Tables of texts, one row per sentence: their length is no sign of anything. */
export const TEXT_TABLES: RegExp = /^src\/(?:ui\/i18n|base\/texts)\/(?:en|en-later|zh)\.ts$/;
