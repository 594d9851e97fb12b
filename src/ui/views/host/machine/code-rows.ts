/** What the listing of code shows, as data: rows, words, heat, which rows are on the screen. No component, no machine. */
import type { Breakpoint, CodeLine, CodeView, Hex64 } from '#bridge/protocol/answers';
import { groupedHex } from '../../../kit/format.ts';

/** A row: the name of a place, or the instruction at one. */
export type CodeRow =
  | { readonly kind: 'label'; readonly key: string; readonly name: string; readonly address: Hex64 }
  | {
      readonly kind: 'line';
      readonly key: string;
      readonly address: Hex64;
      readonly line: CodeLine;
      /** 0..1: of the hottest instruction of the page. */
      readonly heat: number;
      /** 0..1: of everything that the host was found at. */
      readonly share: number;
    };

export function rowsOf({ lines, samples }: CodeView): readonly CodeRow[] {
  const hottest = lines.reduce((most, line) => Math.max(most, line.samples), 0);
  return lines.flatMap((line): CodeRow[] => {
    const { address, label } = line;
    const row: CodeRow = {
      kind: 'line',
      key: address,
      address,
      line,
      heat: hottest === 0 ? 0 : line.samples / hottest,
      share: samples === 0 ? 0 : line.samples / samples,
    };
    return label === undefined
      ? [row]
      : [{ kind: 'label', key: `${address} ${label}`, name: label, address }, row];
  });
}

/** Index of the row with the instruction at an address, or with the one that the address lies in; -1 where there is none. */
export function rowAt(rows: readonly CodeRow[], address: Hex64): number {
  const wanted = BigInt(address);
  return rows.findIndex((row) => {
    if (row.kind !== 'line') return false;
    const from = BigInt(row.address);
    return wanted >= from && wanted < from + BigInt(row.line.bytes.length / 2);
  });
}

/** The next row with an instruction, so many further or back; the last one there is. */
export function lineFrom(rows: readonly CodeRow[], index: number, by: number): number {
  const step = by < 0 ? -1 : 1;
  let found = index;
  let left = Math.abs(by);
  for (let at = index + step; at >= 0 && at < rows.length && left > 0; at += step) {
    if (rows[at]?.kind !== 'line') continue;
    found = at;
    left -= 1;
  }
  return found;
}

/** Mnemonic and operands; without the target, which stands beside them to be gone to. */
export function wordsOf({ text, target }: CodeLine): {
  readonly mnemonic: string;
  readonly operands: string;
} {
  const space = text.indexOf(' ');
  if (space < 0) return { mnemonic: text, operands: '' };
  const operands = text.slice(space + 1);
  return {
    mnemonic: text.slice(0, space),
    operands:
      target !== undefined && operands.endsWith(target)
        ? operands.slice(0, -target.length).trimEnd()
        : operands,
  };
}

/** An address as its digits that differ within a program, and those before them. */
export function halvesOf(address: Hex64): { readonly upper: string; readonly lower: string } {
  const text = groupedHex(address);
  const cut = text.length <= 11 ? 0 : text.length - 9;
  return { upper: text.slice(0, cut), lower: text.slice(cut) };
}

/** How a target is written beside an instruction: by name, or without the digits that both addresses begin with. */
export function targetText({ address, target, targetSymbol }: CodeLine): string {
  if (targetSymbol !== undefined) return `<${targetSymbol}>`;
  const { upper, lower } = halvesOf(target ?? '0x0');
  return upper !== '' && upper === halvesOf(address).upper ? lower : upper + lower;
}

/** The page behind or before one; none beyond the ends of the address space. */
export function pageBeside(page: Hex64, by: 1 | -1): Hex64 | null {
  const next = BigInt(page) + BigInt(by) * 4096n;
  return next < 0n || next >= 1n << 64n ? null : `0x${next.toString(16)}`;
}

/** Breakpoints of a VM on addresses, in the address space that is looked at. */
export function addressesWithStop(
  breakpoints: readonly Breakpoint[],
  vm: string,
  space: Hex64,
): ReadonlySet<Hex64> {
  const found = new Set<Hex64>();
  for (const each of breakpoints)
    if (each.kind === 'address' && each.vm === vm && (each.space === undefined || each.space === space))
      found.add(each.address);
  return found;
}
