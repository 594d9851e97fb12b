/** What was measured, as rows that programs read and as tables that people read. Knows nothing of how it was measured. */

export type ResultKind = 'int' | 'fp' | 'boot' | 'exit' | 'tlb';
export type EngineName = 'virtlab' | 'virtlab-interpreter' | 'wasm' | 'qemu' | 'native';
export type HostName = 'node' | 'chromium' | 'os';

/** A line of `--json`: the least of the warm rounds. Engines that count no instructions are given those of the hart. */
export interface BenchResult {
  readonly kernel: string;
  readonly kind: ResultKind;
  readonly engine: EngineName;
  readonly host: HostName;
  readonly ms: number;
  readonly instructions: number;
}

/** A result with what only the tables show. */
export interface Measurement extends BenchResult {
  /** The very first round, in which everything is compiled. */
  readonly coldMs: number;
  readonly medianMs: number;
  /** See the kernel. */
  readonly turns: number;
  readonly isApart: boolean;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

function mips({ instructions, ms }: BenchResult): number {
  return instructions / ms / 1000;
}

/** All engines of one kernel, as seen from one host: those of the host itself, and the programs of the machine. */
class Row {
  readonly kernel: string;
  readonly isApart: boolean;
  readonly #measurements: readonly Measurement[];
  readonly #host: HostName;

  constructor(measurements: readonly Measurement[], kernel: string, host: HostName) {
    this.kernel = kernel;
    this.#measurements = measurements.filter((each) => each.kernel === kernel);
    this.isApart = this.#measurements.some((each) => each.isApart);
    this.#host = host;
  }

  of(engine: EngineName): Measurement | undefined {
    const isHere = (host: HostName): boolean => host === this.#host || host === 'os';
    return this.#measurements.find((each) => each.engine === engine && isHere(each.host));
  }

  /** How fast one engine is as a multiple of another. */
  ratio(engine: EngineName, reference: EngineName): number | undefined {
    const one = this.of(engine);
    const other = this.of(reference);
    return one === undefined || other === undefined ? undefined : other.ms / one.ms;
  }
}

/** How fast one engine is as a multiple of another, on one host, of each kernel of a kind that is not apart. */
export function ratiosOf(
  measurements: readonly Measurement[],
  kind: ResultKind,
  host: HostName,
  engine: EngineName,
  reference: EngineName,
): number[] {
  return kernelsOf(measurements, kind)
    .map((kernel) => new Row(measurements, kernel, host))
    .filter(({ isApart }) => !isApart)
    .map((row) => row.ratio(engine, reference))
    .filter((ratio) => ratio !== undefined);
}

/** A column of a table of kernels: a number for each row, which may have a mean, and a worst one. */
interface Column {
  readonly title: string;
  readonly value: (row: Row) => number | undefined;
  readonly format: (value: number) => string;
  readonly hasMean: boolean;
  readonly worst?: (...values: number[]) => number;
}

const ms =
  (engine: EngineName): Column['value'] =>
  (row) =>
    row.of(engine)?.ms;

const COLUMNS: readonly Column[] = [
  {
    ...{ title: 'instructions', hasMean: false, format: (value) => `${(value / 1e6).toFixed(1)} M` },
    value: (row) => row.of('virtlab')?.instructions,
  },
  { title: 'virtlab ms', value: ms('virtlab'), format: (value) => value.toFixed(1), hasMean: false },
  {
    ...{ title: 'MIPS', hasMean: true, format: (value) => value.toFixed(0) },
    value: (row) => {
      const found = row.of('virtlab');
      return found === undefined ? undefined : mips(found);
    },
  },
  { title: 'direct wasm ms', value: ms('wasm'), format: (value) => value.toFixed(2), hasMean: false },
  ...(
    [
      ['of direct wasm', 'virtlab', 'wasm', 3],
      ['× QEMU', 'virtlab', 'qemu', 2],
      ['of native', 'virtlab', 'native', 3],
      ['× interpreter', 'virtlab', 'virtlab-interpreter', 2],
      ['QEMU of direct wasm', 'qemu', 'wasm', 3],
    ] as const
  ).map(
    ([title, engine, reference, digits]): Column => ({
      ...{ title, hasMean: true, worst: Math.min, format: (value) => value.toFixed(digits) },
      value: (row) => row.ratio(engine, reference),
    }),
  ),
  {
    ...{
      title: 'first round: more ms',
      hasMean: false,
      worst: Math.max,
      format: (value) => value.toFixed(0),
    },
    value: (row) => {
      const found = row.of('virtlab');
      return found === undefined ? undefined : found.coldMs - found.ms;
    },
  },
];

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map(line).join('\n');
}

/** Names of the kernels of a kind, in the order of measuring. */
function kernelsOf(measurements: readonly Measurement[], kind: ResultKind): string[] {
  return [...new Set(measurements.filter((each) => each.kind === kind).map(({ kernel }) => kernel))];
}

/** Kernels of one kind on one host, with ratios, and the geometric means of those that are not apart. */
function kernelTable(measurements: readonly Measurement[], kind: 'int' | 'fp', host: HostName): string[] {
  const rows = kernelsOf(measurements, kind).map((kernel) => new Row(measurements, kernel, host));
  if (rows.every((row) => row.of('virtlab') === undefined)) return [];
  const columns = COLUMNS.filter(({ value }) => rows.some((row) => value(row) !== undefined));
  const cells = (row: Row): string[] =>
    columns.map(({ value, format }) => {
      const found = value(row);
      return found === undefined ? '' : format(found);
    });
  const counted = rows.filter(({ isApart }) => !isApart);
  const valuesOf = ({ value }: Column): number[] => counted.map(value).filter((found) => found !== undefined);
  const means = columns.map((column) => {
    const values = column.hasMean ? valuesOf(column) : [];
    return values.length === 0 ? '' : `**${column.format(geometricMean(values))}**`;
  });
  const worst = columns.map((column) => {
    const values = valuesOf(column);
    return column.worst === undefined || values.length === 0 ? '' : column.format(column.worst(...values));
  });
  const title = `${kind === 'int' ? 'integer' : 'floating point'}, ${NAMES[host]}`;
  return [
    table(
      [title, ...columns.map((column) => column.title)],
      [
        ...counted.map((row) => [row.kernel, ...cells(row)]),
        ['**geometric mean**', ...means],
        ['worst', ...worst],
        ...rows.filter(({ isApart }) => isApart).map((row) => [`${row.kernel} (apart)`, ...cells(row)]),
      ],
    ),
  ];
}

const NAMES: Readonly<Record<HostName, string>> = { node: 'Node', chromium: 'Chromium', os: 'the machine' };

/** What is about single events, or one long one: each engine in a row, as a time for each event. */
function eventTable(measurements: readonly Measurement[], kind: 'exit' | 'tlb' | 'boot'): string[] {
  const found = measurements.filter((each) => each.kind === kind);
  if (found.length === 0) return [];
  const [unit, factor, title] = EVENTS[kind];
  const time = (value: number, { turns }: Measurement): string =>
    ((value / turns) * factor).toFixed(factor === 1e3 ? 3 : 0);
  return [
    table(
      [title, 'engine', 'on', `least ${unit}`, `median ${unit}`, `first round ${unit}`, 'MIPS'],
      found.map((each) => [
        ...[each.kernel, each.engine, NAMES[each.host]],
        ...[each.ms, each.medianMs, each.coldMs].map((value) => time(value, each)),
        mips(each).toFixed(0),
      ]),
    ),
  ];
}

/** Unit, what a millisecond is in it, and title. */
const EVENTS = {
  exit: ['µs', 1e3, 'a turn of'],
  tlb: ['ns', 1e6, 'a read of'],
  boot: ['ms', 1, 'boot'],
} as const;

/** All that was measured, in Markdown. */
export function markdown(measurements: readonly Measurement[]): string {
  const tables = (['node', 'chromium'] as const).flatMap((host) => [
    ...kernelTable(measurements, 'int', host),
    ...kernelTable(measurements, 'fp', host),
  ]);
  const events = (['exit', 'tlb', 'boot'] as const).flatMap((kind) => eventTable(measurements, kind));
  return `${[...tables, ...events].join('\n\n')}\n`;
}

/** What `--json` writes. */
export function json(measurements: readonly Measurement[]): string {
  const results = measurements.map(
    ({ kernel, kind, engine, host, ms: least, instructions }): BenchResult => ({
      ...{ kernel, kind, engine, host, ms: least, instructions },
    }),
  );
  return `${JSON.stringify({ results }, null, 2)}\n`;
}
