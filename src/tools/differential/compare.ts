/** What differs between two runs of an image, in words; and how much of the instruction table the streams cover. */
import { RAM_BASE } from '#base/addresses';
import { disassemble } from '#isa/disassemble';
import { generateStream, STREAM_LENGTH } from './generate.ts';
import { codeAt, type Image, RESULT_CSRS, resultOf, retiredOf, windowOf } from './harness.ts';
import { COMPARED, COMPARED_COMPRESSED } from './rows.ts';

/** Name of a 64-bit word of a result. */
function wordName(index: number): string {
  if (index === 0) return 'fcsr';
  if (index < 32) return `x${index}`;
  if (index < 64) return `f${index - 32}`;
  return RESULT_CSRS[index - 64] ?? '?';
}

/** Streams of an image that differ, by index. */
export interface Difference {
  readonly index: number;
  readonly words: readonly string[];
}

/** True when two views hold the same bytes. */
function isEqual(a: DataView, b: DataView): boolean {
  return Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}

const bytesOf = (view: DataView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/** True when a stream left the same registers, CSRs and data in both runs. */
function isSame(a: Uint8Array, b: Uint8Array, index: number): boolean {
  return isEqual(resultOf(a, index), resultOf(b, index)) && isEqual(windowOf(a, index), windowOf(b, index));
}

/** Streams whose result or data differ; both are RAM after the run, QEMU's corrected. */
export function differences(image: Image, ours: Uint8Array, theirs: Uint8Array): Difference[] {
  return image.streams.flatMap((_, index) => {
    if (isSame(ours, theirs, index)) return [];
    return [
      { index, words: [...differingWords(index, ours, theirs), ...differingData(index, ours, theirs)] },
    ];
  });
}

const valuesOf = (a: DataView, b: DataView, at: number): string =>
  `${a.getBigUint64(at, true).toString(16)} ours, ${b.getBigUint64(at, true).toString(16)} theirs`;

const isSameWord = (a: DataView, b: DataView, at: number): boolean =>
  a.getUint32(at, true) === b.getUint32(at, true) && a.getUint32(at + 4, true) === b.getUint32(at + 4, true);

function differingWords(stream: number, oursRam: Uint8Array, theirsRam: Uint8Array): string[] {
  const ours = resultOf(oursRam, stream);
  const theirs = resultOf(theirsRam, stream);
  const found: string[] = [];
  for (let at = 0; at < ours.byteLength; at += 8) {
    if (isSameWord(ours, theirs, at)) continue;
    found.push(`${wordName(at / 8)}: ${valuesOf(ours, theirs, at)}`);
  }
  return found;
}

function differingData(stream: number, oursRam: Uint8Array, theirsRam: Uint8Array): string[] {
  const ours = windowOf(oursRam, stream);
  const theirs = windowOf(theirsRam, stream);
  const found: string[] = [];
  for (let at = 0; at < ours.byteLength; at += 8)
    if (!isSameWord(ours, theirs, at)) found.push(`data ${at}: ${valuesOf(ours, theirs, at)}`);
  return found;
}

/** A difference with everything that is needed to look into it. */
export function report(image: Image, { index, words }: Difference): string {
  const { code, offsets, mode } = image.streams[index] ?? generateStream(image.seed, index);
  const view = new DataView(code.buffer);
  const lines = offsets.map((at) => {
    const wide = at + 4 <= code.length ? view.getUint32(at, true) : view.getUint16(at, true);
    const raw = (wide & 3) === 3 ? wide : wide & 0xffff;
    const digits = raw.toString(16).padStart((wide & 3) === 3 ? 8 : 4, '0');
    return `  ${at.toString(16).padStart(3, '0')}: ${digits.padEnd(8)}  ${disassemble(raw, RAM_BASE + codeAt(index) + at)}`;
  });
  return [`seed ${image.seed}, stream ${image.numbers[index]}, mode ${mode.name}`, ...words, ...lines].join(
    '\n',
  );
}

/** How often each mnemonic occurs, and how many streams retired nine tenths of their instructions. */
export interface Coverage {
  readonly counts: ReadonlyMap<string, number>;
  readonly streams: number;
  readonly longRuns: number;
}

/** Instructions that a stream must retire to count as run. */
const LONG_RUN: number = STREAM_LENGTH * 0.9;

/** Coverage of an image that our machine has run. */
export function coverage(image: Image, ram: Uint8Array): Coverage {
  const counts = new Map([...COMPARED, ...COMPARED_COMPRESSED].map(({ name }) => [name, 0]));
  let longRuns = 0;
  image.streams.forEach(({ names }, index) => {
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    if (retiredOf(ram, index) >= LONG_RUN) longRuns++;
  });
  return { counts, streams: image.streams.length, longRuns };
}

/** Coverage in two lines. */
export function coverageText({ counts, streams, longRuns }: Coverage): string {
  const rare = [...counts].sort(([, a], [, b]) => a - b).slice(0, 6);
  return (
    `${((100 * longRuns) / streams).toFixed(1)} % of ${streams} streams retire ${LONG_RUN} of ${STREAM_LENGTH} instructions\n` +
    `${counts.size} mnemonics, rarest: ${rare.map(([name, count]) => `${name} ${count}`).join(', ')}`
  );
}
