/** Runs privileged streams on our machine and on QEMU, and says in words what differs. */
import { disassemble } from '#isa/disassemble';
import type { EngineModule } from '#machine/engine-module';
import { ramAfterMachine, ramAfterQemu } from '../run.ts';
import { correctPrivileged } from './deviations.ts';
import { offsetOf, privilegedImage, RESULT_SIZE, resultOf, wordName } from './image.ts';
import { LENGTH, type PrivilegedStream } from './streams.ts';

/** A stream and its harness take less. */
const MAX_INSTRUCTIONS = 600;
/** A stream that is left out no longer changes what later ones find in memory, which may lead to further ones. */
const MAX_PASSES = 8;
/**
 * D of a page-table entry. QEMU does not set it in the entry through which a walk sets A or D of a guest's table: for privileged 18.5.1 that is
 * an implicit store.
 */
const PTE_D = 0x80n;

export interface Comparison {
  readonly streams: number;
  readonly leftOut: number;
  /** A report per stream that differs. */
  readonly differences: readonly string[];
  /** How often streams ended so: the mode in which they began, and mcause (9 and 10 are what handlers of HS and VS give). */
  readonly endings: ReadonlyMap<string, number>;
}

/** Compares streams `first`… of a seed. */
export async function comparePrivileged(
  engine: EngineModule,
  qemu: string,
  seed: number,
  first: number,
  count: number,
): Promise<Comparison> {
  const leftOut = new Set<number>();
  for (let pass = 1; ; pass++) {
    const image = privilegedImage(seed, first, count, leftOut);
    const running = ramAfterQemu(qemu, image.bytes);
    const ours = ramAfterMachine(engine, image.bytes, count * MAX_INSTRUCTIONS);
    const theirs = await running;
    const found = [...correctPrivileged(image, ours, theirs)].filter((index) => !leftOut.has(index));
    for (const index of found) leftOut.add(index);
    if (found.length > 0 && pass < MAX_PASSES) continue;
    const differences: string[] = [];
    const endings = new Map<string, number>();
    image.streams.forEach((stream, index) => {
      if (leftOut.has(index)) return;
      const our = resultOf(ours, index);
      const words = differingWords(our, resultOf(theirs, index));
      if (words.length > 0) differences.push(describe(seed, stream, words));
      const cause = BigInt.asIntN(64, our.getBigUint64(offsetOf('mcause'), true));
      const ending = `${stream.mode} ${cause < 0n ? 'interrupt ' : ''}${cause & 63n}`;
      endings.set(ending, (endings.get(ending) ?? 0) + 1);
    });
    for (const page of image.pages) differences.push(...differingPage(ours, theirs, page));
    return { streams: count, leftOut: leftOut.size, differences, endings };
  }
}

function differingPage(ours: Uint8Array, theirs: Uint8Array, page: number): string[] {
  if (Buffer.compare(ours.subarray(page, page + 4096), theirs.subarray(page, page + 4096)) === 0) return [];
  const our = new DataView(ours.buffer, ours.byteOffset + page, 4096);
  const their = new DataView(theirs.buffer, theirs.byteOffset + page, 4096);
  const words: string[] = [];
  for (let at = 0; at < 4096; at += 8) {
    const [a, b] = [our.getBigUint64(at, true), their.getBigUint64(at, true)];
    if (a !== b && a !== (b | PTE_D))
      words.push(`RAM ${(page + at).toString(16)}: ours ${a.toString(16)}, theirs ${b.toString(16)}`);
  }
  return words;
}

function differingWords(ours: DataView, theirs: DataView): string[] {
  const words: string[] = [];
  for (let at = 0; at < RESULT_SIZE; at += 8) {
    const our = ours.getBigUint64(at, true);
    const their = theirs.getBigUint64(at, true);
    if (our !== their)
      words.push(`${wordName(at / 8)}: ours ${our.toString(16)}, theirs ${their.toString(16)}`);
  }
  return words;
}

function describe(
  seed: number,
  { number, mode, csrs, x, code }: PrivilegedStream,
  words: readonly string[],
): string {
  const hex = (values: readonly (readonly [string, bigint])[]): string =>
    values.map(([name, value]) => `${name} ${value.toString(16)}`).join(', ');
  return [
    `seed ${seed}, stream ${number}, mode ${mode}`,
    ...words,
    ...code
      .slice(0, LENGTH)
      .map((raw, n) => `  ${(4 * n).toString(16).padStart(2, '0')}: ${disassemble(raw, 0)}`),
    hex(Object.entries(csrs)),
    hex(x.map((value, register) => [`x${register}`, value] as const)),
  ].join('\n');
}
