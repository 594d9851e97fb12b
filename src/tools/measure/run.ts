/**
 * `npm run measure -- NAME`: measures what a piece of work has promised, and holds each figure against the value that is wanted.
 * Benchmarks, not tests: they take long, and load of the machine shows in some of them.
 */

import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { messageOf } from '#base/error-message';
import { BREADTH } from './breadth/breadth.ts';
import { CPU } from './cpu/cpu.ts';
import { type Figure, type FigureResult, judge, type Measurement } from './figure.ts';
import { IO } from './io/io.ts';
import { MACHINE } from './machine/machine.ts';
import { MEMORY } from './memory/memory.ts';
import { NETWORK } from './network/network.ts';
import { PAGE } from './page/page.ts';

const MEASUREMENTS: Readonly<Record<string, Measurement>> = {
  breadth: BREADTH,
  cpu: CPU,
  io: IO,
  machine: MACHINE,
  memory: MEMORY,
  network: NETWORK,
  page: PAGE,
};

const USAGE = `usage: npm run measure -- NAME [options]
  NAME          one of: ${Object.keys(MEASUREMENTS).join(', ')}
  --json FILE   write {"results":[{"name","value","unit","wanted","ok"}]}
  --only GROUPS only these groups of figures (with commas)
  --old FOLDER  an older commit, installed and with its engine built, that speed is compared with
`;

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A mistake of one group is told in its figures and does not take the others along. */
async function measured(
  { wanted, groups }: Measurement,
  only: readonly string[] | undefined,
  old: string | undefined,
): Promise<FigureResult[]> {
  const results: FigureResult[] = [];
  const names = new Set(wanted.map(({ group }) => group));
  for (const id of names) {
    if (only !== undefined && !only.includes(id)) continue;
    const rows = wanted.filter(({ group }) => group === id);
    say(`— ${id}`);
    let found: readonly Figure[];
    try {
      found = (await groups.find((group) => group.id === id)?.measure({ old, say })) ?? [];
    } catch (error) {
      const why = messageOf(error);
      say(why);
      found = rows.map(({ name }) => ({ name, why }));
    }
    for (const row of rows) {
      const result = judge(
        row,
        found.find(({ name }) => name === row.name),
      );
      say(line(result));
      results.push(result);
    }
  }
  return results;
}

function line({ name, value, unit, wanted, ok, why }: FigureResult): string {
  const found = value === null ? `not measured (${why ?? ''})` : `${value} ${unit}`;
  return `${ok ? 'ok ' : 'NO '} ${name}: ${found}, wanted ${wanted}`;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      only: { type: 'string' },
      old: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [name = ''] = positionals;
  const measurement = Object.hasOwn(MEASUREMENTS, name) ? MEASUREMENTS[name] : undefined;
  if (values.help || measurement === undefined) {
    say(USAGE);
    return values.help ? 0 : 2;
  }
  say(`load ${(loadavg()[0] ?? 0).toFixed(1)} on ${cpus().length} processors`);
  const results = await measured(measurement, values.only?.split(','), values.old);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ results }, undefined, 2)}\n`);
  const missed = results.filter(({ ok }) => !ok).length;
  say(`${results.length - missed} of ${results.length} figures as wanted`);
  return missed === 0 ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    say(`measure: ${messageOf(error)}`);
    process.exit(1);
  },
);
