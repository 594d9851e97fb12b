/**
 * What the graph is drawn of: nodes and links from the lab's description, where they stand. What is folded stands for what is in
 * it. Plain data, no React.
 */
import { isThere } from '#base/slots';
import type { HostDescription, LabDescription, SwitchPlace } from '#bridge/protocol/answers';
import type { CableEdge } from './cable-edge.tsx';
import type { HostLinkEdge } from './host-link-edge.tsx';
import {
  applianceKey,
  hostBox,
  NODE_SIZE,
  overlaps,
  type Positions,
  stationsOf,
  switchKey,
  vmKey,
} from './layout.ts';
import type { LinkEdge } from './link-edge.tsx';
import type { TopologyNode } from './nodes.tsx';
import { appliancePortKey, cardKey, type TreeRoleOf, trunkEndKey, uplinkKey } from './use-ports.ts';

/** What every node of a host is made with. */
export interface Drawing {
  readonly positions: Positions;
  readonly selected: string | null;
  /** Keys of hosts and switches. */
  readonly folded: ReadonlySet<string>;
  /** Those that are looked for; null: nothing is. */
  readonly found: ReadonlySet<string> | null;
  /** Where the step of a packet's way is that is looked at. */
  readonly here: string | undefined;
  /** A node in words, by its name. */
  readonly label: (name: string) => string;
}

/** What nodes of all kinds have alike. */
function common(id: string, name: string, { selected, found, here, label }: Drawing) {
  return {
    id,
    selected: selected === id,
    ariaLabel: label(name),
    className: `${found === null ? '' : found.has(id) ? 'found' : 'faint'}${here === id ? ' way-here' : ''}`,
  };
}

function hostNode(host: HostDescription, index: number, drawing: Drawing): TopologyNode {
  const { x, y, width, height } = hostBox(host, drawing.positions);
  const isFolded = drawing.folded.has(host.name);
  return {
    ...common(host.name, host.name, drawing),
    type: 'host',
    position: { x, y },
    ...(isFolded ? NODE_SIZE.folded : { width, height }),
    zIndex: -1,
    data: { host: index, isFolded },
  };
}

/** Is what has these cards or ports inside of what is folded: every switch that it hangs at? */
function isFoldedAway(
  host: HostDescription,
  ends: readonly { readonly switch: string }[],
  { folded }: Drawing,
): boolean {
  return (
    folded.has(host.name) ||
    (ends.length > 0 && ends.every((end) => folded.has(switchKey(host.name, end.switch))))
  );
}

function vmNodes(host: HostDescription, index: number, drawing: Drawing): TopologyNode[] {
  return host.vms
    .filter(({ spec }) => !isFoldedAway(host, spec.nics, drawing))
    .map(({ spec: { name } }) => {
      const id = vmKey(host.name, name);
      return {
        ...common(id, name, drawing),
        type: 'vm',
        position: drawing.positions[id] ?? { x: 0, y: 0 },
        ...NODE_SIZE.vm,
        data: { host: index, vm: name },
      };
    });
}

function switchNodes(host: HostDescription, index: number, drawing: Drawing): TopologyNode[] {
  if (drawing.folded.has(host.name)) return [];
  return host.switches.map((name) => {
    const id = switchKey(host.name, name);
    const ends = stationsOf(host).flatMap(({ switches }) => switches.filter((to) => to === name));
    const trunks = (host.trunks ?? []).filter(({ a, b }) => a === name || b === name);
    const isFolded = drawing.folded.has(id);
    return {
      ...common(id, name, drawing),
      type: 'switch',
      position: drawing.positions[id] ?? { x: 0, y: 0 },
      ...NODE_SIZE.switch,
      data: { host: index, name, links: ends.length + trunks.length, isFolded },
    };
  });
}

function applianceNodes(host: HostDescription, index: number, drawing: Drawing): TopologyNode[] {
  return (host.appliances ?? []).flatMap(({ spec: { name, kind }, ports }) => {
    if (isFoldedAway(host, ports, drawing)) return [];
    const id = applianceKey(host.name, name);
    return [
      {
        ...common(id, name, drawing),
        type: 'appliance' as const,
        position: drawing.positions[id] ?? { x: 0, y: 0 },
        ...NODE_SIZE.appliance,
        data: { host: index, name, kind },
      },
    ];
  });
}

/** Nodes where they stand. */
export function nodesOf(lab: LabDescription, drawing: Drawing): TopologyNode[] {
  return lab.hosts.flatMap((host, index) => [
    hostNode(host, index, drawing),
    ...vmNodes(host, index, drawing),
    ...switchNodes(host, index, drawing),
    ...applianceNodes(host, index, drawing),
  ]);
}

/** Room between two links at a switch. */
const LINK_GAP = 20;

/** A cable of a card or of an appliance, and the switch that it ends at, where both stand. */
interface LinkEnd {
  readonly id: string;
  /** Key of its port. */
  readonly port: string;
  /** Of a card. */
  readonly vm?: string;
  /** Among those of its station. */
  readonly card: number;
  readonly source: string;
  readonly target: string;
  /** The station stands below its switch. */
  readonly below: boolean;
  readonly x: number;
  /** Other VMs stand between the two. */
  readonly isBehind: boolean;
}

/** Does another VM stand in the straight way from a VM up or down to its switch? */
function isBehindOthers(host: HostDescription, vm: string, target: string, positions: Positions): boolean {
  const from = positions[vm];
  const to = positions[target];
  if (from === undefined || to === undefined) return false;
  const { width, height } = NODE_SIZE.vm;
  const way =
    from.y < to.y
      ? { x: from.x, y: from.y + height, width, height: to.y - from.y - height }
      : {
          x: from.x,
          y: to.y + NODE_SIZE.switch.height,
          width,
          height: from.y - to.y - NODE_SIZE.switch.height,
        };
  return stationsOf(host).some(({ key, width: wide, height: high }) => {
    const at = positions[key];
    return key !== vm && at !== undefined && overlaps(way, { ...at, width: wide, height: high });
  });
}

function linkEndsOf(host: HostDescription, index: number, drawing: Drawing): LinkEnd[] {
  const { positions, folded } = drawing;
  if (folded.has(host.name)) return [];
  const endAt = (source: string, to: string): Omit<LinkEnd, 'id' | 'card' | 'port'>[] => {
    // A cable that lies beside its switch ends nowhere.
    if (!host.switches.includes(to)) return [];
    const target = switchKey(host.name, to);
    const below = (positions[source]?.y ?? 0) > (positions[target]?.y ?? 0);
    const isBehind = isBehindOthers(host, source, target, positions);
    return [{ source, target, below, isBehind, x: positions[source]?.x ?? 0 }];
  };
  const ofVms = host.vms
    .filter(({ spec }) => !isFoldedAway(host, spec.nics, drawing))
    .flatMap(({ spec: { name: vm, nics } }) =>
      nics.flatMap((nic, card) => {
        const id = linkKey(host.name, vm, card);
        const port = cardKey(index, vm, card);
        return isThere(nic)
          ? endAt(vmKey(host.name, vm), nic.switch).map((end) => ({ id, port, vm, card, ...end }))
          : [];
      }),
    );
  const ofAppliances = (host.appliances ?? []).flatMap(({ spec: { name }, ports }) =>
    isFoldedAway(host, ports, drawing)
      ? []
      : ports.flatMap((port, card) =>
          endAt(applianceKey(host.name, name), port.switch).map((end) => ({
            id: cableKey(host.name, name, port.name),
            port: appliancePortKey(index, name, port.name),
            card,
            ...end,
          })),
        ),
  );
  return [...ofVms, ...ofAppliances];
}

/** Where the end of a link to another host is drawn: at its switch, or at its host when that is folded. */
function linkEndKey({ hosts }: LabDescription, place: SwitchPlace, folded: ReadonlySet<string>): string {
  const host = hosts[place.host]?.name ?? '';
  return folded.has(host) ? host : switchKey(host, place.switch);
}

/** Key of a card's link in the graph. */
export function linkKey(host: string, vm: string, card: number): string {
  return `${vmKey(host, vm)}#${card}`;
}
/** Key of the cable of an appliance's port. */
export function cableKey(host: string, appliance: string, port: string): string {
  return `${applianceKey(host, appliance)}#${port}`;
}
/** Key of a cable between switches of a host. */
export function trunkKey(host: string, number: number): string {
  return `${host}/trunk#${number}`;
}
/** Key of a link between hosts. */
export function hostLinkKey(link: number): string {
  return `link#${link}`;
}

/** Of two switches that stand less far aside, one stands over the other: a way from right to left would be a loop. */
const LEAST_ASIDE = NODE_SIZE.switch.width + 16;
const standsOver = (positions: Positions, source: string, target: string): boolean =>
  Math.abs((positions[target]?.x ?? 0) - (positions[source]?.x ?? 0)) < LEAST_ASIDE;

/** Room between two trunks at the same side of a switch, and between links of the same switches. */
const TRUNK_GAP = 16;

/** Links between hosts, from the one that stands further left. */
export function hostLinksOf(
  lab: LabDescription,
  { positions, folded, selected }: Drawing,
  treeAt: TreeAt = () => undefined,
): HostLinkEdge[] {
  const drawn = lab.links.map(({ a, b, delayNs, bitsPerSecond }, index) => {
    const [one, other] = [linkEndKey(lab, a, folded), linkEndKey(lab, b, folded)];
    const isTurned = (positions[one]?.x ?? 0) > (positions[other]?.x ?? 0);
    const [source, target] = isTurned ? [other, one] : [one, other];
    const roles = (isTurned ? [b, a] : [a, b]).map(({ host }) => treeAt(uplinkKey(host, index)));
    const between = [one, other].sort().join();
    return { id: hostLinkKey(index), source, target, between, delayNs, bitsPerSecond, roles };
  });
  return drawn.map((link): HostLinkEdge => {
    const { id, source, target, between, delayNs, bitsPerSecond, roles } = link;
    const beside = drawn.filter((each) => each.between === between);
    const shift = (beside.indexOf(link) - (beside.length - 1) / 2) * TRUNK_GAP;
    const isOver = standsOver(positions, source, target);
    return {
      id,
      type: 'host-link',
      ...{ source, target, focusable: false, selected: selected === id },
      ...{ sourceHandle: 'right', targetHandle: isOver ? 'right' : 'left' },
      data: { delayNs, bitsPerSecond, shift, isOver, roles },
    };
  });
}

/** Whether frames do not pass a port, as its switch has told, by its key. */
type IsDown = (port: string) => boolean;
/** What a spanning tree has made of a port, by its key. */
type TreeAt = (port: string) => TreeRoleOf | undefined;

/** Whether a switch stands between two others, so that a straight line between them would go through it. */
function stands(positions: Drawing['positions'], key: string, left: string, right: string): boolean {
  const [node, from, to] = [positions[key], positions[left], positions[right]];
  if (node === undefined || from === undefined || to === undefined) return false;
  const along = (node.x - from.x) / (to.x - from.x);
  return (
    along > 0 && along < 1 && Math.abs(from.y + along * (to.y - from.y) - node.y) < NODE_SIZE.switch.height
  );
}

/** Trunks of a host, from the switch that stands further left; those that end at the same side of a switch, side by side there. */
function trunksOf(
  host: HostDescription,
  index: number,
  { positions, folded, selected }: Drawing,
  isDown: IsDown,
  treeAt: TreeAt,
): CableEdge[] {
  if (folded.has(host.name)) return [];
  const drawn = (host.trunks ?? []).map(({ a, b, number: said }, place) => {
    const number = said ?? place;
    const [one, other] = [switchKey(host.name, a), switchKey(host.name, b)];
    const isTurned = (positions[one]?.x ?? 0) > (positions[other]?.x ?? 0);
    const [source, target] = isTurned ? [other, one] : [one, other];
    const isOver = standsOver(positions, source, target);
    const isBehind =
      !isOver && host.switches.some((name) => stands(positions, switchKey(host.name, name), source, target));
    const ends = (isTurned ? [b, a] : [a, b]).map((end) => trunkEndKey(index, number, end));
    const up = !ends.some(isDown);
    const id = trunkKey(host.name, number);
    return { id, source, target, isOver, isBehind, up, roles: ends.map(treeAt) };
  });
  // What leads under others is lowest, so that it crosses none.
  const downwards = drawn.toSorted((one, other) => Number(one.isBehind) - Number(other.isBehind));
  const endAt = ({ id, source, target, isOver }: (typeof drawn)[number], end: 'source' | 'target') => ({
    id: `${id} ${end}`,
    at: end === 'source' ? `${source} right` : `${target} ${isOver ? 'right' : 'left'}`,
  });
  const all = downwards.flatMap((each) => [endAt(each, 'source'), endAt(each, 'target')]);
  const shiftAt = (end: 'source' | 'target', trunk: (typeof drawn)[number]): number => {
    const mine = endAt(trunk, end);
    const here = all.filter(({ at }) => at === mine.at);
    const gap = Math.min(TRUNK_GAP, NODE_SIZE.switch.height / here.length);
    return (here.findIndex(({ id }) => id === mine.id) - (here.length - 1) / 2) * gap;
  };
  return drawn.map((trunk): CableEdge => {
    const { id, source, target, isOver, isBehind, up, roles } = trunk;
    const [sourceShift, shift] = [shiftAt('source', trunk), shiftAt('target', trunk)];
    return {
      ...{ id, type: 'cable', source, target, focusable: false, selected: selected === id },
      ...{ sourceHandle: 'right', targetHandle: isOver ? 'right' : 'left' },
      data: { isTrunk: true, up, sourceShift, shift, isBehind, isOver, roles },
    };
  });
}

/** Of an appliance. */
const USUAL_CABLE = { isTrunk: false, sourceShift: 0, isOver: false, roles: [] } as const;

/** Links, with the state of the port where the switch has told it; they meet their switch side by side. */
export function edgesOf(
  lab: LabDescription,
  drawing: Drawing,
  isDown: IsDown,
  treeAt: TreeAt = () => undefined,
): (LinkEdge | CableEdge)[] {
  return lab.hosts.flatMap((host, index) => {
    const ends = linkEndsOf(host, index, drawing);
    const links = ends.map((end): LinkEdge | CableEdge => {
      const side = ends.filter((other) => other.target === end.target && other.below === end.below);
      const place = side.filter(
        (other) => other.x < end.x || (other.x === end.x && other.card < end.card),
      ).length;
      // As far apart as there is room at the switch.
      const gap = Math.min(LINK_GAP, NODE_SIZE.switch.width / side.length);
      const { id, vm, source, target, isBehind } = end;
      const drawn = {
        ...{ id, source, target, focusable: false, selected: drawing.selected === id },
        sourceHandle: end.below ? 'top' : 'bottom',
        targetHandle: end.below ? 'bottom' : 'top',
      };
      const shift = (place - (side.length - 1) / 2) * gap;
      if (vm === undefined)
        return {
          ...drawn,
          type: 'cable',
          data: { ...USUAL_CABLE, up: !isDown(end.port), shift, isBehind },
        };
      const up = !isDown(end.port);
      return { ...drawn, type: 'link', data: { host: index, vm, up, shift, isBehind } };
    });
    return [...links, ...trunksOf(host, index, drawing, isDown, treeAt)];
  });
}
