/** What can be told of a node or a link in a few lines: addresses, rates, drops. Hover card and inspector show the same. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type {
  ApplianceDescription,
  HostDescription,
  LabDescription,
  VmDescription,
} from '#bridge/protocol/answers';
import { type Format, known, UNKNOWN } from '../../../kit/format.ts';
import { applianceName, imageName } from '../../../parts/engine-names.ts';
import { useFormat } from '../../../parts/lab.tsx';
import { switchPlaceText } from '../../../parts/switch-place.ts';
import { cableKey, hostLinkKey, linkKey, trunkKey } from './flow-elements.ts';
import { applianceKey, switchKey, vmKey } from './layout.ts';
import { appliancePortKey, cardKey, type Port, type Ports, trunkEndKey, uplinkKey } from './use-ports.ts';

export interface Fact {
  readonly label: string;
  readonly value: string;
}
/** A few lines about an object. */
export interface Facts {
  readonly title: string;
  readonly facts: readonly Fact[];
}

interface Words {
  readonly t: TFunction;
  readonly format: Format;
}

function rateText({ format }: Words, rate: number | null): string {
  return known(rate, format.byteRate);
}

/** All together; null where one of them is not known, or there is none. */
function sumOf(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (sum, value) => (value === null ? null : (sum ?? 0) + value),
    values.length === 0 ? null : 0,
  );
}

/** What a spanning tree has made of the ends of a link. */
function treeFacts(ends: readonly (Port | undefined)[], { t }: Words): Fact[] {
  return ends.flatMap((port) =>
    port?.tree === undefined
      ? []
      : [
          {
            label: t('tree.at', { switch: port.switch }),
            value: `${t(`tree.role.${port.tree.role}`)}, ${t(`tree.state.${port.tree.state}`)}`,
          },
        ],
  );
}

/** What a port knows of the card at it, from the card's side. */
function portFacts(port: Port | undefined, words: Words): Fact[] {
  const { t, format } = words;
  if (port === undefined) return [];
  const { state } = port;
  return [
    { label: t('switch.link'), value: t(state.link === 'up' ? 'switch.up' : 'switch.down') },
    ...(state.mac === undefined ? [] : [{ label: t('switch.mac'), value: state.mac }]),
    {
      label: t('topology.rates'),
      value: `↓ ${rateText(words, port.toRate)} · ↑ ${rateText(words, port.fromRate)}`,
    },
    { label: t('switch.drops'), value: format.count(state.drops) },
  ];
}

function vmFacts(host: number, { spec, state }: VmDescription, ports: Ports, words: Words): Facts {
  const { t } = words;
  const several = spec.nics.length > 1;
  return {
    title: spec.name,
    facts: [
      { label: t('table.state'), value: t(`state.${state}`) },
      { label: t('table.image'), value: imageName(t, spec.image.name) },
      ...spec.nics.flatMap((nic, card) => [
        ...(several ? [{ label: t('devices.card'), value: `${card}: ${nic.switch}` }] : []),
        { label: t('devices.address'), value: nic.address ?? UNKNOWN },
        ...portFacts(ports.get(cardKey(host, spec.name, card)), words),
      ]),
    ],
  };
}

function cardFacts(host: number, { spec }: VmDescription, card: number, ports: Ports, words: Words): Facts {
  const { t } = words;
  const nic = spec.nics[card];
  const port = ports.get(cardKey(host, spec.name, card));
  return {
    title: t('topology.cardLink', { vm: spec.name, card, switch: nic?.switch ?? '' }),
    facts: [
      { label: t('devices.address'), value: nic?.address ?? UNKNOWN },
      ...(port === undefined ? [] : [{ label: t('switch.port'), value: String(port.state.port) }]),
      ...portFacts(port, words),
    ],
  };
}

function switchFacts(host: number, name: string, ports: Ports, words: Words): Facts {
  const { t, format } = words;
  const own = [...ports.values()].filter((port) => port.host === host && port.switch === name);
  const sum = (of: (port: Port) => number | null): number | null => sumOf(own.map(of));
  return {
    title: name,
    facts: [
      { label: t('switch.ports'), value: String(own.length) },
      {
        label: t('switch.received'),
        value: known(
          sum(({ fromRate }) => fromRate),
          format.byteRate,
        ),
      },
      {
        label: t('switch.sent'),
        value: known(
          sum(({ toRate }) => toRate),
          format.byteRate,
        ),
      },
      {
        label: t('switch.drops'),
        value: known(
          sum(({ state }) => state.drops),
          format.count,
        ),
      },
    ],
  };
}

/** What stands in its specification: settings that a person gave it, as text. */
export function settingsText({
  spec: { name: _n, kind: _k, ports: _p, ...settings },
}: ApplianceDescription): Fact[] {
  return Object.entries(settings).flatMap(([label, value]) =>
    typeof value === 'object' || value === '' ? [] : [{ label, value: String(value) }],
  );
}

function applianceFacts(host: number, appliance: ApplianceDescription, ports: Ports, words: Words): Facts {
  const { t } = words;
  const { name, kind } = appliance.spec;
  return {
    title: name,
    facts: [
      { label: t('wiring.kind'), value: applianceName(t, kind) },
      ...appliance.ports.flatMap((port) => [
        { label: t('switch.port'), value: `${port.name}: ${port.switch}` },
        ...portFacts(ports.get(appliancePortKey(host, name, port.name)), words),
      ]),
    ],
  };
}

function cableFacts(
  host: number,
  { name }: ApplianceDescription['spec'],
  port: ApplianceDescription['ports'][number],
  ports: Ports,
  words: Words,
): Facts {
  const at = ports.get(appliancePortKey(host, name, port.name));
  return { title: `${name}/${port.name} – ${port.switch}`, facts: portFacts(at, words) };
}

/** What a cable between two switches is like, and what goes over it there and back. */
function betweenFacts(
  title: string,
  { delayNs, bitsPerSecond }: { readonly delayNs: number; readonly bitsPerSecond: number },
  [port, other]: readonly [Port | undefined, Port | undefined],
  back: number | null,
  words: Words,
): Facts {
  const { t, format } = words;
  const drops = sumOf([port?.state.drops ?? null, other?.state.drops ?? null]);
  return {
    title,
    facts: [
      { label: t('topology.delay'), value: format.duration(delayNs) },
      { label: t('topology.bandwidth'), value: format.bitRate(bitsPerSecond) },
      {
        label: t('topology.rates'),
        value: `→ ${rateText(words, port?.toRate ?? null)} · ← ${rateText(words, back)}`,
      },
      { label: t('switch.drops'), value: known(drops, format.count) },
      ...treeFacts([port, other], words),
    ],
  };
}

function trunkFacts(host: number, trunk: Trunk, ports: Ports, words: Words): Facts {
  const { a, b, number, delayNs = 10_000, bitsPerSecond = 1e9 } = trunk;
  const at = (end: string): Port | undefined => ports.get(trunkEndKey(host, number ?? 0, end));
  const other = at(b);
  const like = { delayNs, bitsPerSecond };
  return betweenFacts(`${a} – ${b}`, like, [at(a), other], other?.toRate ?? null, words);
}

function hostLinkFacts(lab: LabDescription, index: number, ports: Ports, words: Words): Facts | undefined {
  const link = lab.links[index];
  if (link === undefined) return undefined;
  const { a, b } = link;
  const port = ports.get(uplinkKey(a.host, index));
  const ends = [port, ports.get(uplinkKey(b.host, index))] as const;
  const title = `${switchPlaceText(lab, a)} – ${switchPlaceText(lab, b)}`;
  return betweenFacts(title, link, ends, port?.fromRate ?? null, words);
}

/** The card whose link has this key in the graph. */
export function cardOf(
  lab: LabDescription,
  key: string,
): { readonly host: number; readonly vm: VmDescription; readonly card: number } | undefined {
  for (const [host, { name, vms }] of lab.hosts.entries())
    for (const vm of vms)
      for (const card of vm.spec.nics.keys())
        if (linkKey(name, vm.spec.name, card) === key) return { host, vm, card };
  return undefined;
}

type Trunk = NonNullable<HostDescription['trunks']>[number];

/** The trunk whose cable has this key in the graph. */
export function trunkOf(
  lab: LabDescription,
  key: string,
): { readonly host: number; readonly trunk: Trunk } | undefined {
  for (const [host, { name, trunks = [] }] of lab.hosts.entries()) {
    const trunk = trunks.find(({ number }, index) => trunkKey(name, number ?? index) === key);
    if (trunk !== undefined) return { host, trunk };
  }
  return undefined;
}

/** The port of an appliance whose cable has this key in the graph. */
export function cableOf(
  lab: LabDescription,
  key: string,
):
  | {
      readonly host: number;
      readonly appliance: ApplianceDescription;
      readonly port: ApplianceDescription['ports'][number];
    }
  | undefined {
  for (const [host, { name, appliances = [] }] of lab.hosts.entries())
    for (const appliance of appliances)
      for (const port of appliance.ports)
        if (cableKey(name, appliance.spec.name, port.name) === key) return { host, appliance, port };
  return undefined;
}

/** The link between hosts that has this key. */
export function hostLinkOf(lab: LabDescription, key: string): number | undefined {
  const index = lab.links.findIndex((_, link) => hostLinkKey(link) === key);
  return index < 0 ? undefined : index;
}

/** The ports of switches at the ends of a link: of a card and of an appliance's cable one, else two. */
export function portsOfLink(lab: LabDescription, ports: Ports, link: string): readonly Port[] {
  return portKeysOf(lab, link).flatMap((key) => ports.get(key) ?? []);
}
function portKeysOf(lab: LabDescription, link: string): readonly string[] {
  const card = cardOf(lab, link);
  if (card !== undefined) return [cardKey(card.host, card.vm.spec.name, card.card)];
  const cable = cableOf(lab, link);
  if (cable !== undefined) return [appliancePortKey(cable.host, cable.appliance.spec.name, cable.port.name)];
  const found = trunkOf(lab, link);
  if (found !== undefined) {
    const { host, trunk } = found;
    return [trunk.a, trunk.b].map((end) => trunkEndKey(host, trunk.number ?? 0, end));
  }
  const between = hostLinkOf(lab, link);
  const ends = between === undefined ? undefined : lab.links[between];
  return between === undefined || ends === undefined
    ? []
    : [uplinkKey(ends.a.host, between), uplinkKey(ends.b.host, between)];
}

/** Facts of the node or link with a key; undefined: there is no such one, or its node says all there is. */
export function useFacts(lab: LabDescription, key: string | null, ports: Ports): Facts | undefined {
  const { t } = useTranslation();
  const words = { t, format: useFormat() };
  if (key === null) return undefined;
  const card = cardOf(lab, key);
  if (card !== undefined) return cardFacts(card.host, card.vm, card.card, ports, words);
  const link = hostLinkOf(lab, key);
  if (link !== undefined) return hostLinkFacts(lab, link, ports, words);
  const trunk = trunkOf(lab, key);
  if (trunk !== undefined) return trunkFacts(trunk.host, trunk.trunk, ports, words);
  const cable = cableOf(lab, key);
  if (cable !== undefined) return cableFacts(cable.host, cable.appliance.spec, cable.port, ports, words);
  for (const [index, host] of lab.hosts.entries()) {
    const appliance = host.appliances?.find(({ spec }) => applianceKey(host.name, spec.name) === key);
    if (appliance !== undefined) return applianceFacts(index, appliance, ports, words);
    const vm = host.vms.find(({ spec }) => vmKey(host.name, spec.name) === key);
    if (vm !== undefined) return vmFacts(index, vm, ports, words);
    const name = host.switches.find((each) => switchKey(host.name, each) === key);
    if (name !== undefined) return switchFacts(index, name, ports, words);
  }
  return undefined;
}
