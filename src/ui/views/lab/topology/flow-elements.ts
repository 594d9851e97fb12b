/**
 * What the graph is drawn of: nodes and links from the lab's description, where they stand. What is folded stands for what is in
 * it. Plain data, no React.
 */
import type { HostDescription, LabDescription, SwitchPlace, VmDescription } from '#bridge/protocol/answers';
import { isThere } from './edit/wiring.ts';
import type { HostLinkEdge } from './host-link-edge.tsx';
import { hostBox, NODE_SIZE, overlaps, type Positions, switchKey, vmKey } from './layout.ts';
import type { LinkEdge } from './link-edge.tsx';
import type { TopologyNode } from './nodes.tsx';

/** What every node of a host is made with. */
export interface Drawing {
  readonly positions: Positions;
  readonly selected: string | null;
  /** Keys of hosts and switches. */
  readonly folded: ReadonlySet<string>;
  /** Those that are looked for; null: nothing is. */
  readonly found: ReadonlySet<string> | null;
  /** A node in words, by its name. */
  readonly label: (name: string) => string;
}

/** What nodes of all kinds have alike. */
function common(id: string, name: string, { selected, found, label }: Drawing) {
  return {
    id,
    selected: selected === id,
    ariaLabel: label(name),
    className: found === null ? '' : found.has(id) ? 'found' : 'faint',
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

/** Is a VM inside of what is folded: every switch that it hangs on? */
export function isFoldedAway(host: HostDescription, vm: VmDescription, folded: ReadonlySet<string>): boolean {
  const { nics } = vm.spec;
  return (
    folded.has(host.name) ||
    (nics.length > 0 && nics.every((nic) => folded.has(switchKey(host.name, nic.switch))))
  );
}

function vmNodes(host: HostDescription, index: number, drawing: Drawing): TopologyNode[] {
  return host.vms
    .filter((vm) => !isFoldedAway(host, vm, drawing.folded))
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
    const cards = host.vms.flatMap((vm) => vm.spec.nics).filter((nic) => nic.switch === name);
    const isFolded = drawing.folded.has(id);
    return {
      ...common(id, name, drawing),
      type: 'switch',
      position: drawing.positions[id] ?? { x: 0, y: 0 },
      ...NODE_SIZE.switch,
      data: { host: index, name, links: cards.length, isFolded },
    };
  });
}

/** Nodes where they stand. */
export function nodesOf(lab: LabDescription, drawing: Drawing): TopologyNode[] {
  return lab.hosts.flatMap((host, index) => [
    hostNode(host, index, drawing),
    ...vmNodes(host, index, drawing),
    ...switchNodes(host, index, drawing),
  ]);
}

/** Room between two links at a switch. */
const LINK_GAP = 20;

/** A card and the switch that it hangs on, where both stand. */
interface LinkEnd {
  readonly vm: string;
  readonly card: number;
  readonly source: string;
  readonly target: string;
  /** The VM stands below its switch. */
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
  return host.vms.some(({ spec }) => {
    const key = vmKey(host.name, spec.name);
    const at = positions[key];
    return key !== vm && at !== undefined && overlaps(way, { ...at, width, height });
  });
}

function linkEndsOf(host: HostDescription, { positions, folded }: Drawing): LinkEnd[] {
  if (folded.has(host.name)) return [];
  return host.vms
    .filter((vm) => !isFoldedAway(host, vm, folded))
    .flatMap((vm) =>
      vm.spec.nics.flatMap((nic, card) => {
        if (!isThere(nic)) return [];
        const source = vmKey(host.name, vm.spec.name);
        const target = switchKey(host.name, nic.switch);
        const below = (positions[source]?.y ?? 0) > (positions[target]?.y ?? 0);
        const isBehind = isBehindOthers(host, source, target, positions);
        return [{ vm: vm.spec.name, card, source, target, below, isBehind, x: positions[source]?.x ?? 0 }];
      }),
    );
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
/** Key of a link between hosts. */
export function hostLinkKey(link: number): string {
  return `link#${link}`;
}

/** Links between hosts, from the one that stands further left. */
export function hostLinksOf(lab: LabDescription, { positions, folded, selected }: Drawing): HostLinkEdge[] {
  return lab.links.map(({ a, b, delayNs, bitsPerSecond }, index): HostLinkEdge => {
    const ends = [linkEndKey(lab, a, folded), linkEndKey(lab, b, folded)] as const;
    const isTurned = (positions[ends[0]]?.x ?? 0) > (positions[ends[1]]?.x ?? 0);
    const [source, target] = isTurned ? [ends[1], ends[0]] : ends;
    const id = hostLinkKey(index);
    return {
      id,
      type: 'host-link',
      ...{ source, target, sourceHandle: 'right', targetHandle: 'left', focusable: false },
      selected: selected === id,
      data: { delayNs, bitsPerSecond },
    };
  });
}

/** Links, with the state of the port where the switch has told it; they meet their switch side by side. */
export function edgesOf(
  lab: LabDescription,
  drawing: Drawing,
  isDown: (host: number, vm: string, card: number) => boolean,
): LinkEdge[] {
  return lab.hosts.flatMap((host, index) => {
    const ends = linkEndsOf(host, drawing);
    return ends.map((end): LinkEdge => {
      const side = ends.filter((other) => other.target === end.target && other.below === end.below);
      const place = side.filter(
        (other) => other.x < end.x || (other.x === end.x && other.card < end.card),
      ).length;
      // As far apart as there is room at the switch.
      const gap = Math.min(LINK_GAP, NODE_SIZE.switch.width / side.length);
      const id = linkKey(host.name, end.vm, end.card);
      return {
        id,
        type: 'link',
        source: end.source,
        target: end.target,
        sourceHandle: end.below ? 'top' : 'bottom',
        targetHandle: end.below ? 'bottom' : 'top',
        focusable: false,
        selected: drawing.selected === id,
        data: {
          host: index,
          vm: end.vm,
          up: !isDown(index, end.vm, end.card),
          shift: (place - (side.length - 1) / 2) * gap,
          isBehind: end.isBehind,
        },
      };
    });
  });
}
