/**
 * What rules of access lists and flow tables can say, as rows: each is a field of a form and a word of a line. The order is that of a
 * line's words.
 */
import { isWithin } from '#base/catalogue/limits';
import { parsePrefix } from '#base/packets/prefix';
import { macBytes } from '#base/packets/values';

export type RuleKind = 'access' | 'flow';

/** How what a field holds is written, and so what there is to choose from. */
type FieldKind = 'mac' | 'prefix' | 'whole' | 'protocol' | 'range' | 'port' | 'ports' | 'ns';

export interface RuleField {
  readonly key: string;
  readonly kind: FieldKind;
  /** What a frame must be, or what becomes of it. */
  readonly group: 'match' | 'does';
  readonly least: number;
  readonly most: number;
  /** Only flow rules know it. */
  readonly ofFlows: boolean;
  /** Of these actions alone; all where it says none. */
  readonly actions?: readonly string[];
}

type Row = readonly [key: string, kind: FieldKind, limits?: readonly [least: number, most: number]];
const rows = (of: Pick<RuleField, 'group' | 'ofFlows'>, ...all: readonly Row[]): readonly RuleField[] =>
  all.map(([key, kind, [least, most] = [0, 65_535]]) => ({ key, kind, least, most, ...of }));

const LONGEST_NS = 1e15;

export const RULE_FIELDS: readonly RuleField[] = [
  ...rows({ group: 'match', ofFlows: true }, ['inPort', 'port']),
  ...rows(
    { group: 'match', ofFlows: false },
    ...([
      ['sourceMac', 'mac'],
      ['destinationMac', 'mac'],
      ['vlan', 'whole', [0, 4094]],
      ['etherType', 'whole'],
      ['sourceIp', 'prefix'],
      ['destinationIp', 'prefix'],
      ['protocol', 'protocol', [0, 255]],
      ['sourcePort', 'range'],
      ['destinationPort', 'range'],
    ] satisfies readonly Row[]),
  ),
  ...rows({ group: 'does', ofFlows: true }, ['ports', 'ports']).map((field) => ({
    ...{ ...field, actions: ['output'] },
  })),
  ...rows(
    { group: 'does', ofFlows: true },
    ...([
      ['mirror', 'port'],
      ['setVlan', 'whole', [0, 4094]],
      ['setSourceMac', 'mac'],
      ['setDestinationMac', 'mac'],
      ['hardNs', 'ns', [1, LONGEST_NS]],
      ['idleNs', 'ns', [1, LONGEST_NS]],
    ] satisfies readonly Row[]),
  ),
];

export const PROTOCOLS: readonly string[] = ['icmp', 'icmpv6', 'tcp', 'udp'];
export const PRIORITY = { least: 0, most: 65_535, usual: 100 } as const;
/** What the words at the beginning of a rule may be. */
export const CHOICES: Readonly<Record<RuleKind, Readonly<Record<string, readonly string[]>>>> = {
  access: { action: ['permit', 'deny'], direction: ['in', 'out'] },
  flow: { action: ['output', 'drop', 'flood', 'normal'] },
};
/** As many as an access list, or a flow table, takes. */
export const MOST_RULES: Readonly<Record<RuleKind, number>> = { access: 64, flow: 128 };
const MOST_PORTS = 16;
const LONGEST_NAME = 64;

export function fieldsOf(kind: RuleKind): readonly RuleField[] {
  return RULE_FIELDS.filter(({ ofFlows }) => kind === 'flow' || !ofFlows);
}

/** A whole number, also as hexadecimal digits. */
export function wholeIn(text: string): number | undefined {
  return /^(0x[0-9a-f]{1,8}|\d{1,16})$/i.test(text) ? Number(text) : undefined;
}

/** One number, or from the first to the last. */
export function rangeIn(text: string): number | readonly [number, number] | undefined {
  const [, least, most] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  if (least === undefined) return /^\d{1,5}$/.test(text) ? Number(text) : undefined;
  return [Number(least), Number(most)];
}

/** Whether what stands in a field can be meant. */
export function isRightIn(field: RuleField, text: string): boolean {
  const isOne = (value: number | undefined): boolean => value !== undefined && isWithin(value, field);
  switch (field.kind) {
    case 'mac':
      return macBytes(text) !== undefined;
    case 'prefix':
      return parsePrefix(text) !== undefined;
    case 'whole':
    case 'ns':
      return isOne(wholeIn(text));
    case 'protocol':
      return PROTOCOLS.includes(text) || isOne(wholeIn(text));
    case 'range': {
      const range = rangeIn(text);
      return typeof range === 'object' ? range.every(isOne) && range[0] <= range[1] : isOne(range);
    }
    case 'port':
      return text.length <= LONGEST_NAME;
    case 'ports': {
      const names = text.split(',');
      return names.length <= MOST_PORTS && names.every((name) => name !== '' && name.length <= LONGEST_NAME);
    }
  }
}
