/**
 * Rules as lines of text, one each: words first, then what is asked of a frame, as documents call it. Whoever edits rules reads and writes
 * them so: `deny in protocol=tcp destinationPort=20-23`, `200 output ports=server/0 sourceIp=10.0.0.2/32`.
 */
import type { Settings, SettingValue } from '#base/scenario';

const NUMBERS = ['vlan', 'etherType', 'setVlan', 'hardNs', 'idleNs'];
const TEXTS = [
  ...['sourceMac', 'destinationMac', 'sourceIp', 'destinationIp', 'inPort'],
  ...['mirror', 'setSourceMac', 'setDestinationMac'],
];
const RANGES = ['sourcePort', 'destinationPort'];
const ACCESS_KEYS: readonly string[] = [
  ...['sourceMac', 'destinationMac', 'vlan', 'etherType', 'sourceIp', 'destinationIp', 'protocol'],
  ...RANGES,
];
const FLOW_KEYS: readonly string[] = [
  ...['inPort', ...ACCESS_KEYS, 'ports', 'mirror', 'setVlan', 'setSourceMac', 'setDestinationMac'],
  ...['hardNs', 'idleNs'],
];

export type RuleKind = 'access' | 'flow';
interface Form {
  readonly keys: readonly string[];
  /** What the words at its beginning are; undefined: they say nothing. */
  words(words: readonly string[]): Settings | undefined;
  said(rule: Settings): readonly SettingValue[];
}

const isOneOf = (word: string | undefined, ...known: readonly string[]): boolean =>
  word !== undefined && known.includes(word);

const FORMS: Readonly<Record<RuleKind, Form>> = {
  access: {
    keys: ACCESS_KEYS,
    words: ([action, direction, ...more]) =>
      more.length === 0 && isOneOf(action, 'permit', 'deny') && isOneOf(direction, 'in', 'out')
        ? { action: action ?? '', direction: direction ?? '' }
        : undefined,
    said: ({ action = '', direction = '' }) => [action, direction],
  },
  flow: {
    keys: FLOW_KEYS,
    words: ([priority = '', action, ...more]) =>
      more.length === 0 && /^\d{1,5}$/.test(priority) && isOneOf(action, 'output', 'drop', 'flood', 'normal')
        ? { priority: Number(priority), action: action ?? '' }
        : undefined,
    said: ({ priority = 100, action = '' }) => [priority, action],
  },
};

function valueIn(key: string, text: string): SettingValue | undefined {
  const whole = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : undefined;
  if (NUMBERS.includes(key)) return whole;
  if (TEXTS.includes(key)) return text;
  if (key === 'protocol') return whole ?? text;
  if (key === 'ports') return text.split(',');
  const [, least, most] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  return least === undefined ? whole : [Number(least), Number(most)];
}

/** A rule of a line; nothing where the line says none. */
function ruleIn(kind: RuleKind, line: string): Settings | undefined {
  const { keys, words } = FORMS[kind];
  const parts = line.trim().split(/\s+/);
  const begins = words(parts.filter((part) => !part.includes('=')));
  if (begins === undefined) return undefined;
  const rule: Record<string, SettingValue> = { ...begins };
  for (const part of parts) {
    const at = part.indexOf('=');
    if (at < 0) continue;
    const key = part.slice(0, at);
    const value = keys.includes(key) ? valueIn(key, part.slice(at + 1)) : undefined;
    if (value === undefined || key in rule) return undefined;
    rule[key] = value;
  }
  return rule;
}

/** The rules of a text, or the line, counted from one, that is none. */
export function rulesIn(
  kind: RuleKind,
  text: string,
): { readonly rules: Settings[] } | { readonly wrong: number } {
  const rules: Settings[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const rule = ruleIn(kind, line);
    if (rule === undefined) return { wrong: index + 1 };
    rules.push(rule);
  }
  return { rules };
}

function written(key: string, value: SettingValue): string {
  if (key === 'etherType' && typeof value === 'number') return `0x${value.toString(16).padStart(4, '0')}`;
  return Array.isArray(value) ? value.join(key === 'ports' ? ',' : '-') : String(value);
}

/** What a rule asks of a frame, and what it does besides. */
export function matchText(kind: RuleKind, rule: Settings): string {
  return FORMS[kind].keys
    .flatMap((key) => (rule[key] === undefined ? [] : [`${key}=${written(key, rule[key])}`]))
    .join(' ');
}

/** A rule as a line. */
function lineOf(kind: RuleKind, rule: Settings): string {
  return [...FORMS[kind].said(rule), matchText(kind, rule)].join(' ').trim();
}

/** The rules that settings have, as lines. */
export function rulesText(kind: RuleKind, settings: Settings | undefined): string {
  return listIn(settings, 'rules')
    .map((rule) => lineOf(kind, rule))
    .join('\n');
}

/** A list of settings in settings. */
export function listIn(settings: Settings | undefined, key: string): readonly Settings[] {
  const found = settings?.[key];
  return Array.isArray(found) ? (found as readonly Settings[]) : [];
}
