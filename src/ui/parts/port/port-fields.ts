/** What can be set at a port of a switch, as rows: to which stage a field belongs, in what unit people give it, and what is usual. */
import type { PortSettings, Settings, SettingValue } from '#base/scenario';

/** What stands in a field: nothing is an empty text. */
export type FieldValue = number | string | boolean;
/** By stage and field. */
export type Draft = Readonly<Record<string, FieldValue>>;

export const PORT_STAGE_IDS = ['class', 'police', 'discipline', 'queue', 'shape', 'wire', 'netem'] as const;
export type PortStageId = (typeof PORT_STAGE_IDS)[number];

interface FieldBase {
  readonly stage: PortStageId;
  /** As the stage's settings call it. */
  readonly id: string;
  /** What stands there where nobody set anything. */
  readonly usual: FieldValue;
  /** Without it the stage is not there. */
  readonly isNeeded?: boolean;
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
type OtherField = FieldBase & { readonly kind: 'switch' | 'numbers' };
export type PortField = NumberField | ChoiceField | OtherField;

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

export const PORT_FIELDS: readonly PortField[] = [
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
    ...{ kind: 'numbers', stage: 'discipline', id: 'weights', usual: '1' },
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
  return Array.isArray(setting) ? setting.join(', ') : String(setting);
}

/** What the fields show of a port that is set so. */
export function draftOf(settings: PortSettings): Draft {
  return Object.fromEntries(
    PORT_FIELDS.map((field) => [keyOf(field), shown(field, settings[field.stage]?.[field.id])]),
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
  }
}
function numbersIn(text: string): readonly number[] {
  return text.split(/[\s,;，、]+/).flatMap((part) => (part === '' ? [] : [Number(part)]));
}

/** The settings of a stage that the fields say; null: as usual, or there is none. */
export function settingsOf(draft: Draft, stage: PortStageId): Settings | null {
  const fields = PORT_FIELDS.filter((field) => field.stage === stage && field.when?.(draft) !== false);
  const isThere = fields.every((field) => field.isNeeded !== true || draft[keyOf(field)] !== '');
  if (!isThere) return null;
  const given = fields.flatMap((field): (readonly [string, SettingValue])[] => {
    const value = draft[keyOf(field)] ?? field.usual;
    const setting = settingOf(field, value);
    return setting === undefined || value === field.usual ? [] : [[field.id, setting]];
  });
  return given.length === 0 ? null : Object.fromEntries(given);
}

/** Whether what stands in a field can be meant. */
export function isRight(field: PortField, value: FieldValue): boolean {
  if (field.kind === 'number')
    return value === ''
      ? field.isNeeded === true || field.usual !== ''
      : Number(value) >= field.least && Number(value) <= field.most;
  if (field.kind !== 'numbers') return true;
  const weights = numbersIn(String(value));
  const isWeight = (each: number): boolean => Number.isInteger(each) && each >= 1 && each <= 64;
  return weights.length > 0 && weights.length <= 64 && weights.every(isWeight);
}

/** What the fields say of each stage that is set otherwise now. */
export function changesOf(
  draft: Draft,
  now: PortSettings,
): readonly {
  readonly stage: PortStageId;
  readonly settings: Settings | null;
  readonly was: Settings | null;
}[] {
  const before = draftOf(now);
  return PORT_STAGE_IDS.flatMap((stage) => {
    const settings = settingsOf(draft, stage);
    const isSame = JSON.stringify(settings) === JSON.stringify(settingsOf(before, stage));
    return isSame ? [] : [{ stage, settings, was: now[stage] ?? null }];
  });
}
