/** What was measured, as rows that programs read and as a table that people read. Knows nothing of how it was measured. */

export type ResultKind = 'int' | 'fp' | 'boot';

/** A line of `--json`: the least of the warm rounds. Engines that count no instructions are given those of the hart. */
export interface BenchResult {
  readonly kernel: string;
  readonly kind: ResultKind;
  readonly engine: 'virtlab-interpreter' | 'wasm';
  readonly host: 'node';
  readonly ms: number;
  readonly instructions: number;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

function mips({ instructions, ms }: BenchResult): number {
  return instructions / ms / 1000;
}

interface Row {
  readonly hart: BenchResult;
  readonly wasm: BenchResult | undefined;
}

function rowsOf(results: readonly BenchResult[], kind: ResultKind): Row[] {
  return results
    .filter((result) => result.kind === kind && result.engine === 'virtlab-interpreter')
    .map((hart) => ({
      hart,
      wasm: results.find(({ kernel, engine }) => kernel === hart.kernel && engine === 'wasm'),
    }));
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Kernels of one kind with the ratio to direct WebAssembly, and the geometric mean below. */
function kernelTable(rows: readonly Row[], title: string): string[] {
  const ratios = rows.flatMap(({ hart, wasm }) => (wasm === undefined ? [] : [wasm.ms / hart.ms]));
  const mean = (pick: (row: Row) => BenchResult | undefined): string => {
    const values = rows.map(pick).flatMap((result) => (result === undefined ? [] : [mips(result)]));
    return values.length === 0 ? '' : geometricMean(values).toFixed(0);
  };
  return [
    line([title, 'instructions', 'interpreter ms', 'MIPS', 'direct wasm ms', 'MIPS eq', 'ratio']),
    line(['---', '---:', '---:', '---:', '---:', '---:', '---:']),
    ...rows.map(({ hart, wasm }) =>
      line([
        ...[
          hart.kernel,
          `${(hart.instructions / 1e6).toFixed(1)} M`,
          hart.ms.toFixed(1),
          mips(hart).toFixed(0),
        ],
        ...(wasm === undefined
          ? ['', '', '']
          : [wasm.ms.toFixed(2), mips(wasm).toFixed(0), (wasm.ms / hart.ms).toFixed(3)]),
      ]),
    ),
    line([
      ...['**geometric mean**', '', '', mean(({ hart }) => hart), '', mean(({ wasm }) => wasm)],
      ratios.length === 0 ? '' : `**${geometricMean(ratios).toFixed(3)}**`,
    ]),
  ];
}

/** All that was measured, in Markdown. */
export function markdown(results: readonly BenchResult[]): string {
  const parts: string[] = [];
  for (const [kind, title] of [
    ['int', 'integer kernel'],
    ['fp', 'floating-point kernel'],
  ] as const) {
    const rows = rowsOf(results, kind);
    if (rows.length > 0) parts.push(kernelTable(rows, title).join('\n'));
  }
  const boots = rowsOf(results, 'boot').map(({ hart }) =>
    line([
      hart.kernel,
      `${(hart.instructions / 1e6).toFixed(1)} M`,
      hart.ms.toFixed(0),
      mips(hart).toFixed(0),
    ]),
  );
  if (boots.length > 0)
    parts.push(
      [line(['boot', 'instructions', 'ms', 'MIPS']), line(['---', '---:', '---:', '---:']), ...boots].join(
        '\n',
      ),
    );
  return `${parts.join('\n\n')}\n`;
}
