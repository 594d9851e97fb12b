/** What can be set at a port of a switch, as rows: to which stage a field belongs, in what unit people give it, and what is usual. */
import { isWithin, LIMITS } from '#base/catalogue/limits';
import { ipv4Bytes, ipv6Bytes, macBytes } from '#base/packets/values';
import type { PortSettings, Settings, SettingValue } from '#base/scenario';
import { isSameData } from '../../kit/same-data.ts';
import type { StageChange } from '../switch/changes.ts';
import { rulesIn, rulesText, wrongLine } from '../switch/rule-text.ts';

/** What stands in a field: nothing is an empty text. */
export type FieldValue = number | string | boolean;
/** By stage and field. */
export type Draft = Readonly<Record<string, FieldValue>>;

export const PORT_STAGE_IDS = [
  ...(['vlan', 'private', 'arp-guard', 'nd-guard', 'storm-control', 'access-list'] as const),
  ...(['class', 'police', 'discipline', 'queue', 'shape', 'link', 'wire', 'netem'] as const),
] as const;
export type PortStageId = (typeof PORT_STAGE_IDS)[number];

interface FieldBase {
  readonly stage: PortStageId;
  /** As the stage's settings call it. */
  readonly id: string;
  /** What stands there where nobody set anything. */
  readonly usual: FieldValue;
  /** Without it, where it is empty or off, the stage is not there. */
  readonly isNeeded?: boolean;
  /** It is no setting but says whether the stage is there, and as what: read off its settings. */
  readonly reads?: (settings: Settings | undefined) => FieldValue;
  /** Whether it means anything beside what else is set. */
  readonly when?: (draft: Draft) => boolean;
}
interface NumberField extends FieldBase {
  readonly kind: 'number';
  readonly unit: string;
  /** A setting is so many times what people give. */
  readonly scale: number;
  readonly least: number;
  readonly most: number;
}
interface ChoiceField extends FieldBase {
  readonly kind: 'choice';
  readonly choices: readonly string[];
  /** The setting is a number. */
  readonly isNumber?: boolean;
}
interface NumbersField extends FieldBase {
  readonly kind: 'numbers';
  readonly least: number;
  readonly most: number;
  /** There may be none. */
  readonly isFree?: boolean;
}
/** `bindings`: who has which address, a line each. `rules`: of an access list, a line each; where the list is there, it has them. */
type OtherField = FieldBase & { readonly kind: 'switch' | 'bindings' | 'rules' };
export type PortField = NumberField | ChoiceField | NumbersField | OtherField;

export const keyOf = ({ stage, id }: Pick<PortField, 'stage' | 'id'>): string => `${stage}.${id}`;

const MEGA = 1_000_000;
const number = (
  stage: PortStageId,
  id: string,
  unit: string,
  scale: number,
  [least, most, usual]: readonly [least: number, most: number, usual: FieldValue],
): NumberField => ({ kind: 'number', stage, id, unit, scale, least, most, usual });
const percent = (id: string, usual = 0): NumberField => number('netem', id, '%', 1, [0, 100, usual]);

const queueing = (draft: Draft): string => String(draft['discipline.kind'] ?? '');
const isOne = (draft: Draft, ...kinds: readonly string[]): boolean => kinds.includes(queueing(draft));
const hasRate = (stage: string) => (draft: Draft) => Number(draft[`${stage}.bitsPerSecond`]) > 0;
const hasBad = (draft: Draft): boolean => Number(draft['netem.badBeginsPercent']) > 0;

const isMode = (mode: string) => (draft: Draft) => draft['vlan.mode'] === mode;
const isOn = (stage: PortStageId) => (draft: Draft) => draft[`${stage}.on`] === true;
/** A guard is there, whatever it is told. */
const guard = (stage: 'arp-guard' | 'nd-guard', ...switches: readonly string[]): readonly PortField[] => [
  {
    kind: 'switch',
    stage,
    id: 'on',
    usual: false,
    isNeeded: true,
    reads: (settings) => settings !== undefined,
  },
  { kind: 'bindings', stage, id: 'bindings', usual: '', when: isOn(stage) },
  ...switches.map((id): PortField => ({ kind: 'switch', stage, id, usual: false, when: isOn(stage) })),
];
const storm = (id: string): NumberField => number('storm-control', id, '', 1, [1, 10_000_000, '']);
const hasStorm = (draft: Draft): boolean =>
  ['broadcast', 'multicast', 'unknown'].some((id) => Number(draft[`storm-control.${id}`]) > 0);
const VID = LIMITS.vlans;

export const PORT_FIELDS: readonly PortField[] = [
  {
    ...{ kind: 'choice', stage: 'vlan', id: 'mode', usual: '', isNeeded: true },
    choices: ['', 'access', 'trunk'],
    reads: (settings) =>
      settings === undefined ? '' : settings['access'] === undefined ? 'trunk' : 'access',
  },
  { ...number('vlan', 'access', '', 1, [VID.least, VID.most, '']), isNeeded: true, when: isMode('access') },
  { kind: 'numbers', stage: 'vlan', id: 'trunk', usual: '', ...VID, isFree: true, when: isMode('trunk') },
  { ...number('vlan', 'native', '', 1, [VID.least, VID.most, '']), when: isMode('trunk') },
  {
    ...{ kind: 'choice', stage: 'private', id: 'role', usual: '', isNeeded: true },
    choices: ['', 'isolated', 'community', 'promiscuous'],
  },
  {
    ...number('private', 'community', '', 1, [VID.least, VID.most, 1]),
    when: (draft) => draft['private.role'] === 'community',
  },
  ...guard('arp-guard', 'dhcp', 'packets'),
  ...guard('nd-guard', 'router'),
  ...[storm('broadcast'), storm('multicast'), storm('unknown')],
  { ...number('storm-control', 'burst', '', 1, [1, 10_000, 16]), when: hasStorm },
  { kind: 'rules', stage: 'access-list', id: 'rules', usual: '' },
  ...['defaultIn', 'defaultOut'].map(
    (id): PortField => ({
      ...{ kind: 'choice', stage: 'access-list', id, usual: 'permit', choices: ['permit', 'deny'] },
    }),
  ),
  {
    ...{ kind: 'choice', stage: 'class', id: 'priority', usual: '', isNeeded: true, isNumber: true },
    choices: ['', ...Array.from({ length: 8 }, (_, priority) => String(priority))],
  },
  { ...number('police', 'bitsPerSecond', 'Mbit/s', MEGA, [0.001, 100_000, '']), isNeeded: true },
  { ...number('police', 'burstBytes', 'KiB', 1024, [0, 16_384, 0]), when: hasRate('police') },
  {
    ...{ kind: 'choice', stage: 'police', id: 'beyond', usual: 'drop', choices: ['drop', 'mark'] },
    when: hasRate('police'),
  },
  {
    ...{ kind: 'choice', stage: 'discipline', id: 'kind', usual: '', isNeeded: true },
    choices: ['', 'fifo', 'strict', 'weighted', 'codel', 'fq-codel'],
  },
  {
    ...{ kind: 'choice', stage: 'discipline', id: 'by', usual: 'priority' },
    choices: ['priority', 'dscp', 'port'],
    when: (draft) => isOne(draft, 'strict', 'weighted'),
  },
  {
    ...{ kind: 'numbers', stage: 'discipline', id: 'weights', usual: '1', least: 1, most: 64 },
    when: (draft) => isOne(draft, 'weighted'),
  },
  { ...number('discipline', 'frames', '', 1, [1, 4096, 256]), when: (draft) => !isOne(draft, '') },
  {
    ...number('discipline', 'targetNs', 'ms', MEGA, [0.001, 1000, 5]),
    when: (draft) => isOne(draft, 'codel', 'fq-codel'),
  },
  {
    ...number('discipline', 'intervalNs', 'ms', MEGA, [0.001, 10_000, 100]),
    when: (draft) => isOne(draft, 'codel', 'fq-codel'),
  },
  {
    ...{ kind: 'switch', stage: 'discipline', id: 'ecn', usual: false },
    when: (draft) => isOne(draft, 'codel', 'fq-codel'),
  },
  { ...number('queue', 'frames', '', 1, [1, 256, 256]), when: (draft) => isOne(draft, '') },
  { ...number('shape', 'bitsPerSecond', 'Mbit/s', MEGA, [0.001, 100_000, '']), isNeeded: true },
  { ...number('shape', 'burstBytes', 'KiB', 1024, [0, 16_384, 0]), when: hasRate('shape') },
  { kind: 'switch', stage: 'link', id: 'cut', usual: false, isNeeded: true },
  number('wire', 'bitsPerSecond', 'Mbit/s', MEGA, [0.001, 100_000, 1000]),
  number('wire', 'delayNs', 'ms', MEGA, [0, 1000, 0.01]),
  number('netem', 'delayNs', 'ms', MEGA, [0, 10_000, 0]),
  number('netem', 'jitterNs', 'ms', MEGA, [0, 10_000, 0]),
  {
    ...{ kind: 'switch', stage: 'netem', id: 'inOrder', usual: true },
    when: (draft) => Number(draft['netem.jitterNs']) > 0,
  },
  percent('lossPercent'),
  percent('badBeginsPercent'),
  { ...percent('badEndsPercent', 100), when: hasBad },
  { ...percent('badLossPercent', 100), when: hasBad },
  percent('duplicatePercent'),
  percent('reorderPercent'),
  percent('corruptPercent'),
];

function shown(field: PortField, setting: SettingValue | undefined): FieldValue {
  if (setting === undefined) return field.usual;
  if (field.kind === 'number') return Number(setting) / field.scale;
  if (field.kind === 'switch') return setting === true;
  if (field.kind === 'bindings') return bindingsText(setting);
  return Array.isArray(setting) ? setting.join(', ') : String(setting);
}

/** What the fields show of a port that is set so. */
export function draftOf(settings: PortSettings): Draft {
  return Object.fromEntries(
    PORT_FIELDS.map((field) => {
      const own = settings[field.stage];
      if (field.kind === 'rules') return [keyOf(field), rulesText('access', own)];
      return [keyOf(field), field.reads === undefined ? shown(field, own?.[field.id]) : field.reads(own)];
    }),
  );
}

function settingOf(field: PortField, value: FieldValue): SettingValue | undefined {
  if (value === '') return undefined;
  switch (field.kind) {
    case 'number':
      // Percentages may be broken; times, rates and bytes are whole.
      return field.unit === '%' ? Number(value) : Math.round(Number(value) * field.scale);
    case 'choice':
      return field.isNumber === true ? Number(value) : value;
    case 'switch':
      return value === true;
    case 'numbers':
      return numbersIn(String(value));
    case 'bindings':
      return bindingsIn(String(value));
    case 'rules':
      return rulesIn('access', String(value));
  }
}

/** The numbers of a list that a person wrote. */
function numbersIn(text: string): readonly number[] {
  return text.split(/[\s,;，、]+/).flatMap((part) => (part === '' ? [] : [Number(part)]));
}

/** A line for each: an address, and the MAC address of who has it. */
function bindingsIn(text: string): readonly { readonly ip: string; readonly mac: string }[] {
  return text.split(/[\n,;，；]+/).flatMap((line) => {
    const [ip = '', mac = ''] = line.trim().split(/\s+/);
    return ip === '' ? [] : [{ ip, mac }];
  });
}
function bindingsText(setting: SettingValue | undefined): string {
  const all = Array.isArray(setting) ? setting : [];
  return all.map((each) => `${each['ip']} ${each['mac']}`).join('\n');
}

/** The settings of a stage that the fields say; null: as usual, or there is none. */
export function settingsOf(draft: Draft, stage: PortStageId): Settings | null {
  const fields = PORT_FIELDS.filter((field) => field.stage === stage && field.when?.(draft) !== false);
  const isThere = fields.every((field) => {
    const value = draft[keyOf(field)];
    return field.isNeeded !== true || (value !== '' && value !== false);
  });
  if (!isThere) return null;
  const given = fields.flatMap((field): (readonly [string, SettingValue])[] => {
    const value = draft[keyOf(field)] ?? field.usual;
    const setting = field.reads === undefined ? settingOf(field, value) : undefined;
    return setting === undefined || value === field.usual ? [] : [[field.id, setting]];
  });
  // A stage whose being there is chosen is there as it is; others have something that is set.
  const isChosen = fields.some((field) => field.reads !== undefined);
  if (given.length === 0 && !isChosen) return null;
  const lists = fields.flatMap(({ kind, id }) => (kind === 'rules' ? [[id, []] as const] : []));
  return Object.fromEntries([...lists, ...given]);
}

/** Whether what stands in a field can be meant. */
export function isRight(field: PortField, value: FieldValue): boolean {
  switch (field.kind) {
    case 'number':
      return value === ''
        ? field.isNeeded !== true || field.when === undefined
        : Number(value) >= field.least && Number(value) <= field.most;
    case 'numbers': {
      const { isFree = false } = field;
      const all = numbersIn(String(value));
      return (isFree || all.length > 0) && all.length <= 64 && all.every((each) => isWithin(each, field));
    }
    case 'bindings':
      return bindingsIn(String(value)).every(
        ({ ip, mac }) => isAddress(ip, field.stage) && macBytes(mac) !== undefined,
      );
    case 'rules':
      return wrongLine('access', String(value)) === undefined;
    case 'choice':
    case 'switch':
      return true;
  }
}
function isAddress(text: string, stage: PortStageId): boolean {
  return (stage === 'arp-guard' ? ipv4Bytes(text) : ipv6Bytes(text)) !== undefined;
}

/** What the fields say of each stage that is set otherwise now. */
export function changesOf(draft: Draft, now: PortSettings): readonly StageChange<PortStageId>[] {
  const first = draftOf(now);
  return PORT_STAGE_IDS.flatMap((stage) => {
    const settings = settingsOf(draft, stage);
    return isSameData(settings, settingsOf(first, stage))
      ? []
      : [{ stage, settings, was: now[stage] ?? null }];
  });
}
