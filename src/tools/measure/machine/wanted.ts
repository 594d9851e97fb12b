/** What is wanted of the machine: one row for each figure, with how it follows from the rows of the bench. */
import { geometricMean, type HostName, type Measurement, ratiosOf } from '../../bench/report.ts';
import { type Bound, type Figure, rounded, type Wanted } from '../figure.ts';

/** Kernels are loops of a page each, and single events; programs are whole. */
export type SetName = 'kernels' | 'programs';

interface Row extends Wanted {
  readonly group: SetName;
  /** No number: what it needs was not measured here. */
  readonly of: (measurements: readonly Measurement[]) => number | undefined;
}

type Gather = (values: readonly number[]) => number;
type Of = Row['of'];

const least: Gather = (values) => Math.min(...values);
const most: Gather = (values) => Math.max(...values);

const gathered = (values: readonly number[], gather: Gather): number | undefined =>
  values.length === 0 ? undefined : gather(values);

/** Our speed as a part of another's. */
const ratio =
  (kind: 'int' | 'fp', reference: 'wasm' | 'qemu', gather: Gather, host: HostName = 'node'): Of =>
  (measurements) =>
    gathered(ratiosOf(measurements, kind, host, 'virtlab', reference), gather);

/** What Chromium makes of the machine, as a part of what Node does, each against direct WebAssembly there. */
const chromium: Of = (measurements) => {
  const inNode = ratio('int', 'wasm', geometricMean)(measurements);
  const inChromium = ratio('int', 'wasm', geometricMean, 'chromium')(measurements);
  return inNode === undefined || inChromium === undefined ? undefined : inChromium / inNode;
};

const ours = (measurements: readonly Measurement[]): Measurement[] =>
  measurements.filter(({ engine, host }) => engine === 'virtlab' && host === 'node');

/** What the first round takes more than a warm one. */
const firstRound =
  (gather: Gather): Of =>
  (measurements) => {
    const plain = ours(measurements).filter(({ kind }) => kind === 'int' || kind === 'fp');
    return gathered(
      plain.map(({ coldMs, ms }) => coldMs - ms),
      gather,
    );
  };

/** The least time of one turn, in a unit of so many to the millisecond. */
const turn =
  (kernel: string, perMs: number): Of =>
  (measurements) => {
    const found = ours(measurements).find((each) => each.kernel === kernel);
    return found === undefined ? undefined : (found.ms / found.turns) * perMs;
  };

function row(group: SetName, name: string, unit: string, bound: Bound | undefined, of: Of): Row {
  return { name: `${group}: ${name}`, group, unit, bound, of };
}

const mean: Gather = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** All figures. */
export const ROWS: readonly Row[] = [
  row('programs', 'integer', 'of direct wasm', { least: 0.42 }, ratio('int', 'wasm', geometricMean)),
  row('programs', 'integer, slowest', 'of direct wasm', { least: 0.15 }, ratio('int', 'wasm', least)),
  row('programs', 'integer against QEMU', '× QEMU', { least: 2.2 }, ratio('int', 'qemu', geometricMean)),
  row('programs', 'integer against QEMU, slowest', '× QEMU', { least: 1 }, ratio('int', 'qemu', least)),
  row('programs', 'floating point', 'of direct wasm', { least: 0.4 }, ratio('fp', 'wasm', geometricMean)),
  row('programs', 'floating point, slowest', 'of direct wasm', undefined, ratio('fp', 'wasm', least)),
  row('programs', 'integer in Chromium', 'of that in Node', { least: 0.9 }, chromium),
  row('programs', 'first round, most more', 'ms', { most: 50 }, firstRound(most)),
  row('programs', 'first round, mean more', 'ms', undefined, firstRound(mean)),
  row('kernels', 'integer', 'of direct wasm', { least: 0.55 }, ratio('int', 'wasm', geometricMean)),
  row('kernels', 'integer, slowest', 'of direct wasm', undefined, ratio('int', 'wasm', least)),
  row('kernels', 'integer against QEMU', '× QEMU', undefined, ratio('int', 'qemu', geometricMean)),
  row('kernels', 'floating point', 'of direct wasm', { least: 0.45 }, ratio('fp', 'wasm', geometricMean)),
  row('kernels', 'integer in Chromium', 'of that in Node', { least: 0.9 }, chromium),
  row('kernels', 'first round, most more', 'ms', { most: 50 }, firstRound(most)),
  row('kernels', 'first round, mean more', 'ms', undefined, firstRound(mean)),
  row('kernels', 'Linux tiny from power-on to its prompt', 'ms', { most: 350 }, turn('linux-tiny', 1)),
  row('kernels', 'SBI call', 'µs', { most: 0.2 }, turn('sbi-call', 1e3)),
  row('kernels', 'read that misses the TLB below two stages', 'ns', { most: 60 }, turn('random-pages', 1e6)),
  row('kernels', 'page fault that the guest answers', 'µs', undefined, turn('page-fault', 1e3)),
];

/** The figures of one set, from all that was measured of it. */
export function figuresOf(set: SetName, measurements: readonly Measurement[]): Figure[] {
  return ROWS.filter(({ group }) => group === set).map(({ name, of }): Figure => {
    const value = of(measurements);
    return value === undefined
      ? { name, why: 'what it is compared with was not measured' }
      : { name, value: rounded(value) };
  });
}
