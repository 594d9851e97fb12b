/**
 * Would the comparison notice a wrong row of the table? A row that does what another row should do (or nothing, or is
 * missing) is the same as a stream in which each such instruction is exchanged: so instructions are exchanged in streams,
 * and the results on our own machine must differ from those of the streams as they were.
 */
import type { EngineModule } from '#machine/engine-module';
import { differences } from './compare.ts';
import { generateStream, type Stream } from './generate.ts';
import { buildImage, codeAt } from './harness.ts';
import { COMPARED, COMPARED_COMPRESSED } from './rows.ts';
import { runOnMachine } from './run.ts';

/** An error in one row: what its instructions become. */
export interface SeededError {
  readonly row: string;
  readonly becomes: string;
  readonly size: 2 | 4;
  /** The bits of an instruction under the error. */
  readonly exchange: (raw: number) => number;
}

/** Rows that may do nothing on a hart like ours; that they exist is what can be noticed. */
const MAY_DO_NOTHING: readonly string[] = [
  // Memory is in order, stores to code take effect at once (unprivileged spec 2.7, 7), waiting is a hint (privileged 3.3.3).
  ...['fence', 'fence.i', 'wfi', 'sfence.w.inval', 'sfence.inval.ir'],
];

/** Rows that others may stand for. */
const MAY_STAND_FOR: readonly { readonly rows: readonly string[]; readonly by: readonly string[] }[] = [
  // The order that Svinval relaxes is kept.
  { rows: ['sfence.vma', 'sinval.vma'], by: ['sfence.vma', 'sinval.vma'] },
  { rows: ['hfence.gvma', 'hinval.gvma'], by: ['hfence.gvma', 'hinval.gvma'] },
  // QEMU 7.2 wants read permission where execute permission counts (privileged spec 18.3.1): see engine/two-stage.test.ts.
  { rows: ['hlvx.hu'], by: ['hlv.hu'] },
  { rows: ['hlvx.wu'], by: ['hlv.wu'] },
  // A cached translation is of both stages, so a fence of the G-stage forgets the VS-stage too.
  { rows: ['hfence.vvma', 'hinval.vvma'], by: ['hfence.vvma', 'hinval.vvma', 'hfence.gvma', 'hinval.gvma'] },
];

/** What instructions exchanged for these do has no bound: they run data, or wait for ever. (A real run would be noticed by that.) */
const LEADS_ANYWHERE: readonly string[] = ['jalr', 'c.jr', 'c.jalr', 'c.ebreak', 'mret', 'sret', 'wfi'];

interface Row {
  readonly name: string;
  readonly mask: number;
  readonly match: number;
}

function errorsOf<R extends Row>(
  rows: readonly R[],
  size: 2 | 4,
  isAlike: (a: R, b: R) => boolean,
): SeededError[] {
  const nop = size === 4 ? 0x13 : 0x01;
  return rows.flatMap((row) => {
    const error = (becomes: string, exchange: (raw: number) => number): SeededError => ({
      row: row.name,
      becomes,
      size,
      exchange,
    });
    const others = rows.filter(
      (other) => other !== row && isAlike(row, other) && !mayPass(row.name, other.name),
    );
    return [
      error('missing', () => 0),
      ...(MAY_DO_NOTHING.includes(row.name) ? [] : [error('nothing', () => nop)]),
      ...others.map(({ name, mask, match }) => error(name, (raw) => ((raw & ~mask) | match) >>> 0)),
    ];
  });
}

function mayPass(row: string, other: string): boolean {
  if (LEADS_ANYWHERE.includes(other)) return true;
  if (MAY_DO_NOTHING.includes(row) && MAY_DO_NOTHING.includes(other)) return true;
  return MAY_STAND_FOR.some(({ rows, by }) => rows.includes(row) && by.includes(other));
}

/** Every row missing, doing nothing, and doing what each other row of its format does. */
export function seededErrors(): SeededError[] {
  return [
    ...errorsOf(COMPARED, 4, (a, b) => a.format === b.format),
    ...errorsOf(COMPARED_COMPRESSED, 2, (a, b) => a.mask === b.mask && a.immediate === b.immediate),
  ];
}

/** Where a row occurs: streams of a seed, and the place in each. */
type Places = ReadonlyMap<string, readonly { readonly stream: number; readonly offset: number }[]>;

function placesOf(streams: readonly Stream[]): Places {
  const places = new Map<string, { stream: number; offset: number }[]>();
  streams.forEach(({ names, offsets, serves }, stream) => {
    names.forEach((name, index) => {
      if (serves[index] === true) return;
      const list = places.get(name) ?? [];
      list.push({ stream, offset: offsets[index] ?? 0 });
      places.set(name, list);
    });
  });
  return places;
}

/** Streams that are looked through for each row, rounds, and exchanges in each: as many attempts per error as fit. */
const STREAMS = 6000;
const ROUNDS = 6;
const EXCHANGES_PER_ROUND = 8000;

/** The errors that no stream among those looked through notices. */
export function unnoticed(engine: EngineModule, seed: number): SeededError[] {
  const places = placesOf(Array.from({ length: STREAMS }, (_, number) => generateStream(seed, number)));
  let left = seededErrors();
  let attempted = 0;
  for (let round = 0; round < ROUNDS && left.length > 0; round++) {
    const attempts = Math.max(1, Math.floor(EXCHANGES_PER_ROUND / left.length));
    left = afterRound(engine, seed, left, places, attempted, attempts);
    attempted += attempts;
  }
  return left;
}

/** Exchanges instructions of each error in `attempts` places, all in one image; the errors that nothing showed. */
function afterRound(
  engine: EngineModule,
  seed: number,
  errors: readonly SeededError[],
  places: Places,
  first: number,
  attempts: number,
): SeededError[] {
  const exchanges = errors.flatMap((error) => {
    const list = places.get(error.row) ?? [];
    return list.slice(first, first + attempts).map((place) => ({ error, ...place }));
  });
  const image = buildImage(
    seed,
    exchanges.map(({ stream }) => stream),
  );
  const correct = runOnMachine(engine, image);
  const view = new DataView(image.bytes.buffer);
  exchanges.forEach(({ error: { size, exchange }, offset }, index) => {
    const at = codeAt(index) + offset;
    if (size === 2) view.setUint16(at, exchange(view.getUint16(at, true)), true);
    else view.setUint32(at, exchange(view.getUint32(at, true)), true);
  });
  const wrong = runOnMachine(engine, image);
  const noticed = new Set(differences(image, wrong, correct).map(({ index }) => exchanges[index]?.error));
  return errors.filter((error) => !noticed.has(error));
}
