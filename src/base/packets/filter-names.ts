/** What a display filter can name: the fields of all protocols, what a capture says of a packet, the protocols themselves. */
import type { Language } from '../texts/languages.ts';
import type { FieldKind, FieldRow } from './protocol.ts';
import { PROTOCOLS } from './protocols/protocols.ts';

export interface Operand {
  readonly name: string;
  readonly kind: FieldKind;
  readonly values?: Readonly<Record<number, string>>;
  /** All bytes of a layer rather than a field. */
  readonly whole?: string;
}

/** What a filter can name, for completion. */
export interface KnownName {
  readonly name: string;
  readonly text: Readonly<Record<Language, string>>;
}

/** Of the packet as it was captured. */
const FRAME: readonly (Operand & KnownName)[] = [
  { name: 'frame.number', kind: 'number', text: { en: 'number in the list', zh: '列表中的序号' } },
  { name: 'frame.len', kind: 'number', text: { en: 'bytes of the frame', zh: '帧的字节数' } },
  { name: 'frame.cap_len', kind: 'number', text: { en: 'bytes of it that are kept', zh: '保留的字节数' } },
  {
    name: 'frame.time_relative',
    kind: 'number',
    text: { en: 'seconds since the first', zh: '距第一个的秒数' },
  },
  { name: 'frame.interface_name', kind: 'text', text: { en: 'port that it was seen at', zh: '捕获的端口' } },
];

/** Names that some have learnt with older versions of Wireshark, and names of protocols that differ from their fields'. */
const OTHER_PROTOCOL_NAMES: readonly (readonly [string, string])[] = [
  ['bootp', 'dhcp'],
  ['ether', 'eth'],
  ['ipv4', 'ip'],
  ['rstp', 'stp'],
  ['mldv2', 'icmpv6'],
];

const ROWS: readonly FieldRow[] = PROTOCOLS.flatMap(({ rows }) => rows);

export const OPERANDS: ReadonlyMap<string, Operand> = new Map<string, Operand>([
  ...FRAME.map((each) => [each.name, each] as const),
  ...ROWS.flatMap((row): (readonly [string, Operand])[] => {
    const operand = { kind: row.kind, ...(row.values === undefined ? {} : { values: row.values }) };
    const names = row.also === undefined ? [row.name] : [row.name, row.also];
    return names.map((name) => [name, { name, ...operand }]);
  }),
]);

/** To ids. */
export const PROTOCOL_NAMES: ReadonlyMap<string, string> = new Map([
  // All bytes, whatever they are.
  ['frame', 'frame'],
  ...PROTOCOLS.map(({ id }) => [id, id] as const),
  ...OTHER_PROTOCOL_NAMES,
]);

export const KNOWN_NAMES: readonly KnownName[] = [
  ...PROTOCOLS.map(({ id, title }) => ({ name: id, text: title })),
  ...FRAME,
  ...ROWS.flatMap(({ name, also, text }) =>
    also === undefined
      ? [{ name, text }]
      : [
          { name: also, text },
          { name, text },
        ],
  ),
].filter(({ name }, index, all) => all.findIndex((each) => each.name === name) === index);

/** The word that stands before a place in the text, and names that begin with it. */
export function completions(
  text: string,
  place: number,
  most: number,
): { readonly from: number; readonly names: readonly KnownName[] } {
  const word = /[A-Za-z_][A-Za-z0-9_.]*$/.exec(text.slice(0, place))?.[0] ?? '';
  if (word === '') return { from: place, names: [] };
  const names = KNOWN_NAMES.filter(({ name }) => name.startsWith(word.toLowerCase())).slice(0, most);
  return { from: place - word.length, names };
}
