/**
 * Rules as lines of text, one each: words first, then what is asked of a frame, as documents call it. Whoever edits rules reads and writes
 * them so, a form as well: `deny in protocol=tcp destinationPort=20-23`, `200 output ports=server/0 sourceIp=10.0.0.2/32`.
 */
import { isWithin } from '#base/catalogue/limits';
import type { Settings, SettingValue } from '#base/scenario';
import {
  CHOICES,
  fieldsOf,
  isRightIn,
  PRIORITY,
  RULE_FIELDS,
  type RuleField,
  type RuleKind,
  rangeIn,
  wholeIn,
} from './rule-fields.ts';

/** What stands in the fields of one rule; what is absent is not asked. */
export type RuleDraft = Readonly<Record<string, string>>;

/** Keys of the words that a line begins with. */
const WORDS: Readonly<Record<RuleKind, readonly string[]>> = {
  access: ['action', 'direction'],
  flow: ['priority', 'action'],
};

/** A word that is missing in the middle of a line. */
const EMPTY = '-';

const fieldOf = (key: string): RuleField | undefined => RULE_FIELDS.find((field) => field.key === key);

/** The fields of a line; undefined: it is no rule, whatever is in its fields. */
function draftIn(kind: RuleKind, line: string): RuleDraft | undefined {
  const parts = line.trim().split(/\s+/);
  const said = parts.filter((part) => !part.includes('='));
  // A flow rule without a priority has the usual one.
  const words = kind === 'flow' && said.length === 1 ? [String(PRIORITY.usual), ...said] : said;
  const keys = WORDS[kind];
  if (words.length !== keys.length) return undefined;
  const draft: Record<string, string> = Object.fromEntries(
    keys.map((key, at) => [key, words[at] === EMPTY ? '' : (words[at] ?? '')]),
  );
  const known = fieldsOf(kind);
  for (const part of parts) {
    const at = part.indexOf('=');
    if (at < 0) continue;
    const [key, value] = [part.slice(0, at), part.slice(at + 1)];
    if (value === '' || key in draft || !known.some((field) => field.key === key)) return undefined;
    draft[key] = value;
  }
  return draft;
}

/** A rule as a line; what is empty is left out. */
export function lineOf(kind: RuleKind, draft: RuleDraft): string {
  const words = WORDS[kind].map((key) => (draft[key] ?? '') || EMPTY);
  return [...words, matchText(kind, draft)].join(' ').trim();
}

/** What a rule asks of a frame, and what it does besides. */
export function matchText(kind: RuleKind, draft: RuleDraft): string {
  return fieldsOf(kind)
    .flatMap(({ key }) => {
      const text = (draft[key] ?? '').replace(/\s+/g, '');
      return text === '' ? [] : [`${key}=${text}`];
    })
    .join(' ');
}

/** Keys of fields in which something stands that cannot be meant. */
export function wrongIn(kind: RuleKind, draft: RuleDraft): readonly string[] {
  const words = Object.entries(CHOICES[kind]).flatMap(([key, choices]) =>
    choices.includes(draft[key] ?? '') ? [] : [key],
  );
  const priority = wholeIn(draft['priority'] ?? '');
  const hasPriority = kind === 'access' || (priority !== undefined && isWithin(priority, PRIORITY));
  const fields = fieldsOf(kind).filter((field) => {
    const text = draft[field.key] ?? '';
    return text !== '' && !isRightIn(field, text);
  });
  return [...(hasPriority ? [] : ['priority']), ...words, ...fields.map(({ key }) => key)];
}

/** A line with what it says; `draft` is absent where it says no rule at all. */
export interface Line {
  /** From one on. */
  readonly number: number;
  /** As it was written. */
  readonly text: string;
  readonly draft?: RuleDraft;
  readonly wrong: readonly string[];
}

/** The lines of a text in which something stands. */
export function linesIn(kind: RuleKind, text: string): readonly Line[] {
  return text.split('\n').flatMap((line, index): readonly Line[] => {
    if (line.trim() === '') return [];
    const draft = draftIn(kind, line);
    const said = { number: index + 1, text: line };
    return [draft === undefined ? { ...said, wrong: [] } : { ...said, draft, wrong: wrongIn(kind, draft) }];
  });
}

/** The first line that cannot be meant, and the field in it; nothing where all can. */
export function wrongLine(kind: RuleKind, text: string): { line: number; key?: string } | undefined {
  for (const { number: line, draft, wrong } of linesIn(kind, text)) {
    if (draft === undefined) return { line };
    if (wrong[0] !== undefined) return { line, key: wrong[0] };
  }
  return undefined;
}

/** A rule that a switch has now, as a line, and how often it has decided. */
export interface Counted {
  readonly line: string;
  readonly frames: number;
}

/** What stands behind each line: how often its rule has decided. Rules of the same words keep their counts, as at the switch. */
export function countsOf(
  lines: readonly string[],
  counted: readonly Counted[],
): readonly (number | undefined)[] {
  const left = [...counted];
  return lines.map((line) => {
    const at = left.findIndex((each) => each.line === line);
    return at < 0 ? undefined : left.splice(at, 1)[0]?.frames;
  });
}

function valueIn(key: string, text: string): SettingValue {
  switch (fieldOf(key)?.kind) {
    case 'whole':
    case 'ns':
      return Number(text);
    case 'protocol':
      return wholeIn(text) ?? text;
    case 'range':
      return rangeIn(text) ?? text;
    case 'ports':
      return text.split(',');
    default:
      return key === 'priority' ? Number(text) : text;
  }
}

/** The rules of a text of which no line is wrong. */
export function rulesIn(kind: RuleKind, text: string): Settings[] {
  return linesIn(kind, text).flatMap(({ draft }) =>
    draft === undefined
      ? []
      : [Object.fromEntries(Object.entries(draft).map(([key, value]) => [key, valueIn(key, value)]))],
  );
}

function written(key: string, value: SettingValue): string {
  if (key === 'etherType' && typeof value === 'number') return `0x${value.toString(16).padStart(4, '0')}`;
  return Array.isArray(value) ? value.join(key === 'ports' ? ',' : '-') : String(value);
}

/** A rule of settings as what stands in its fields. */
export function draftOfRule(kind: RuleKind, rule: Settings): RuleDraft {
  const said = Object.entries(rule).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, written(key, value)] as const],
  );
  return { ...(kind === 'flow' ? { priority: String(PRIORITY.usual) } : {}), ...Object.fromEntries(said) };
}

function linesOf(kind: RuleKind, settings: Settings | undefined): readonly string[] {
  return listIn(settings, 'rules').map((rule) => lineOf(kind, draftOfRule(kind, rule)));
}

/** The rules that settings have, as lines. */
export function rulesText(kind: RuleKind, settings: Settings | undefined): string {
  return linesOf(kind, settings).join('\n');
}

/** Rules that a switch has now, as lines, with how often each has decided. */
export function countedRules(
  kind: RuleKind,
  settings: Settings | undefined,
  frames: readonly number[],
): readonly Counted[] {
  return linesOf(kind, settings).map((line, place) => ({ line, frames: frames[place] ?? 0 }));
}

/** A list of settings in settings. */
export function listIn(settings: Settings | undefined, key: string): readonly Settings[] {
  const found = settings?.[key];
  return Array.isArray(found) ? (found as readonly Settings[]) : [];
}
