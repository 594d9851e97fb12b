/** What a flow rule may say, and what the table of rules counts. */
import type { VirtualNs } from '#base/virtual-time';
import type { MatchSettings } from '../../frame-match.ts';

export const MOST_RULES = 128;

export const RULE_ACTIONS = ['output', 'drop', 'flood', 'normal'] as const;

/** A rule as it was given, with what it means where it leaves something out. */
export interface RuleSettings extends MatchSettings {
  readonly priority: number;
  readonly inPort?: string | undefined;
  readonly action: (typeof RULE_ACTIONS)[number];
  readonly ports?: readonly string[] | undefined;
  readonly mirror?: string | undefined;
  readonly setVlan?: number | undefined;
  readonly setSourceMac?: string | undefined;
  readonly setDestinationMac?: string | undefined;
  readonly hardNs?: VirtualNs | undefined;
  readonly idleNs?: VirtualNs | undefined;
}

export const RULE_COUNTERS = [
  { id: 'hit', unit: 'count', text: { en: 'a rule said what becomes of it', zh: '由规则决定' } },
  { id: 'missed', unit: 'count', text: { en: 'no rule fitted', zh: '没有匹配的规则' } },
  { id: 'dropped', unit: 'count', text: { en: 'dropped by a rule', zh: '被规则丢弃' } },
] as const;
export type RuleCounter = (typeof RULE_COUNTERS)[number]['id'];
