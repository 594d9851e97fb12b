/** What keeps a port apart, as fields of a form and as settings of its stages: VLAN, private ports, guards, storm control, access list. */
import type { PortSettings, Settings, SettingValue } from '#base/scenario';
import { type StageChange, stageChanges } from '../../../parts/port/port-commands.ts';
import { bindingsIn, bindingsText, numbersIn } from '../../../parts/port/port-fields.ts';
import { rulesIn, rulesText } from './rule-text.ts';

export interface IsolationDraft {
  readonly vlan: string;
  readonly access: number | string;
  readonly trunk: string;
  readonly native: number | string;
  readonly role: string;
  readonly community: number | string;
  readonly arp: boolean;
  readonly arpBindings: string;
  readonly dhcp: boolean;
  readonly packets: boolean;
  readonly nd: boolean;
  readonly ndBindings: string;
  readonly router: boolean;
  readonly broadcast: number | string;
  readonly multicast: number | string;
  readonly unknown: number | string;
  readonly burst: number | string;
  readonly rules: string;
  readonly defaultIn: string;
  readonly defaultOut: string;
}
export const ISOLATION_STAGES = [
  ...(['vlan', 'private', 'arp-guard', 'nd-guard', 'storm-control', 'access-list'] as const),
] as const;
type Stage = (typeof ISOLATION_STAGES)[number];

const plain = (value: SettingValue | undefined, usual: number | string = ''): number | string =>
  typeof value === 'number' || typeof value === 'string' ? value : usual;

/** What the fields show of a port that is set so. */
export function draftOf(port: PortSettings): IsolationDraft {
  const { vlan, private: own } = port;
  const [arp, nd, storm, list] = [
    ...[port['arp-guard'], port['nd-guard'], port['storm-control'], port['access-list']],
  ];
  const trunk = vlan?.['trunk'];
  return {
    vlan: vlan === undefined ? '' : vlan['access'] === undefined ? 'trunk' : 'access',
    access: plain(vlan?.['access'], 10),
    trunk: Array.isArray(trunk) ? trunk.join(', ') : '',
    native: plain(vlan?.['native']),
    role: String(own?.['role'] ?? ''),
    community: plain(own?.['community'], 1),
    ...{ arp: arp !== undefined, arpBindings: bindingsText(arp?.['bindings']) },
    ...{ dhcp: arp?.['dhcp'] === true, packets: arp?.['packets'] === true },
    ...{ nd: nd !== undefined, ndBindings: bindingsText(nd?.['bindings']), router: nd?.['router'] === true },
    broadcast: plain(storm?.['broadcast']),
    multicast: plain(storm?.['multicast']),
    unknown: plain(storm?.['unknown']),
    burst: plain(storm?.['burst'], 16),
    rules: rulesText('access', list),
    defaultIn: String(list?.['defaultIn'] ?? 'permit'),
    defaultOut: String(list?.['defaultOut'] ?? 'permit'),
  };
}

const given = (entries: Readonly<Record<string, number | string>>): Settings =>
  Object.fromEntries(
    Object.entries(entries).flatMap(([key, value]) => (value === '' ? [] : [[key, Number(value)] as const])),
  );

function vlanOf({ vlan, access, trunk, native }: IsolationDraft): Settings | null {
  if (vlan === '') return null;
  if (vlan === 'access') return { access: Number(access) };
  const carried = numbersIn(trunk);
  return { ...(carried.length === 0 ? {} : { trunk: carried }), ...given({ native }) };
}

function listOf({ rules, defaultIn, defaultOut }: IsolationDraft): Settings | null {
  const read = rulesIn('access', rules);
  const found = 'rules' in read ? read.rules : [];
  if (found.length === 0 && defaultIn === 'permit' && defaultOut === 'permit') return null;
  return { rules: found, defaultIn, defaultOut };
}

/** The settings of a stage that the fields say; null: the port has it not. */
function settingsOf(draft: IsolationDraft, stage: Stage): Settings | null {
  switch (stage) {
    case 'vlan':
      return vlanOf(draft);
    case 'private':
      return draft.role === '' ? null : { role: draft.role, community: Number(draft.community) };
    case 'arp-guard': {
      const { arp, arpBindings, dhcp, packets } = draft;
      return arp ? { bindings: bindingsIn(arpBindings), dhcp, packets } : null;
    }
    case 'nd-guard':
      return draft.nd ? { bindings: bindingsIn(draft.ndBindings), router: draft.router } : null;
    case 'storm-control': {
      const { broadcast, multicast, unknown, burst } = draft;
      const rates = given({ broadcast, multicast, unknown });
      return Object.keys(rates).length === 0 ? null : { ...rates, burst: Number(burst) };
    }
    case 'access-list':
      return listOf(draft);
  }
}

/** Of the access list: the line that is no rule. */
export function wrongLine({ rules }: IsolationDraft): number | undefined {
  const read = rulesIn('access', rules);
  return 'wrong' in read ? read.wrong : undefined;
}

/** What the fields say of each stage that is set otherwise now. */
export function changesOf(draft: IsolationDraft, now: PortSettings): readonly StageChange<Stage>[] {
  const first = draftOf(now);
  return stageChanges(
    ISOLATION_STAGES,
    now,
    (stage) => settingsOf(first, stage),
    (stage) => settingsOf(draft, stage),
  );
}
