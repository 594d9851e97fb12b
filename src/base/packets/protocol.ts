/**
 * What a protocol is to the dissection: its fields as rows (where they lie, how many bits, what they mean, where it is written), and
 * a function that says which rows apply where layouts vary, and what the layer carries. Names are those of Wireshark's filters.
 */
import type { Language } from '../texts/languages.ts';
import type { Layer } from './layer.ts';

type Both = Readonly<Record<Language, string>>;

/** How bits are read and shown. */
export type FieldKind =
  | 'number'
  /** A number that is shown in hexadecimal. */
  | 'hex'
  | 'flag'
  | 'mac'
  | 'ipv4'
  | 'ipv6'
  | 'bytes'
  | 'text'
  /** Nothing but a name for what lies below it. */
  | 'group';

export interface FieldRow {
  readonly name: string;
  /** Its first bit, from where its row is put; the most significant bit of a byte is the first. */
  readonly bit: number;
  readonly bits: number;
  readonly kind: FieldKind;
  readonly text: Both;
  /** Of the specification. */
  readonly section: string;
  /** The field that it lies in. */
  readonly within?: string;
  /** A further name that it is found by: `ip.addr` is either address. */
  readonly also?: string;
  /** What the value counts: 4 where it counts words of four bytes. */
  readonly times?: number;
  /** What values mean. */
  readonly values?: Readonly<Record<number, string>>;
  /** Stands in no bits: concluded from others. */
  readonly made?: boolean;
}

type Extras = Pick<FieldRow, 'within' | 'also' | 'times' | 'values' | 'made'>;
/** Name, first bit, bits, kind, English, Chinese, section below that of the table, extras. */
export type FieldTuple = readonly [
  name: string,
  bit: number,
  bits: number,
  kind: FieldKind,
  en: string,
  zh: string,
  section: string,
  extras?: Extras,
];

/** Rows of one specification. */
export function rows(specification: string, tuples: readonly FieldTuple[]): readonly FieldRow[] {
  return tuples.map(([name, bit, bits, kind, en, zh, section, extras = {}]) => ({
    ...{ name, bit, bits, kind, text: { en, zh }, section: `${specification} ${section}`.trim() },
    ...extras,
  }));
}

/** What follows a layer: a protocol by its id, from a byte on, up to another (both from the layer's start). */
export interface Next {
  readonly protocol: string;
  readonly at: number;
  readonly end?: number;
  /** It stands behind the layer, in what carries that: a stream may carry one after the other. */
  readonly isBehind?: boolean;
}

export interface Protocol {
  /** Its name in filters. */
  readonly id: string;
  readonly title: Both;
  readonly rows: readonly FieldRow[];
  /** Puts the fields of a layer; the answer is what it carries. */
  dissect(layer: Layer): Next | undefined;
  /** One line of what it says, for lists of packets. */
  summary?(layer: Layer): string;
}
