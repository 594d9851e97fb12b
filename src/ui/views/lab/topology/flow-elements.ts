/** What the graph is drawn of: nodes and links from the lab's description, where they stand. Plain data, no React. */
import type { HostDescription, LabDescription, SwitchPlace } from '#bridge/protocol/answers';
import type { HostLinkEdge } from './host-link-edge.tsx';
import { hostBox, NODE_SIZE, type Positions, switchKey, vmKey } from './layout.ts';
import type { LinkEdge } from './link-edge.tsx';
import type { TopologyNode } from './nodes.tsx';

/** What every node of a host is made with. */
interface Drawing {
  readonly positions: Positions;
  readonly selected: string | null;
  /** A node in words, by its name. */
  readonly label: (name: string) => string;
}

function hostNode(
  host: HostDescription,
  index: number,
  { positions, selected, label }: Drawing,
): TopologyNode {
  const { x, y, width, height } = hostBox(host, positions);
  return {
    id: host.name,
    type: 'host',
    position: { x, y },
    width,
    height,
    zIndex: -1,
    selected: selected === host.name,
    ariaLabel: label(host.name),
    data: { host: index },
  };
}

function vmNodes(
  host: HostDescription,
  index: number,
  { positions, selected, label }: Drawing,
): TopologyNode[] {
  return host.vms.map(({ spec: { name } }) => {
    const id = vmKey(host.name, name);
    return {
      id,
      type: 'vm',
      position: positions[id] ?? { x: 0, y: 0 },
      ...NODE_SIZE.vm,
      selected: selected === id,
      ariaLabel: label(name),
      data: { host: index, vm: name },
    };
  });
}

function switchNodes(
  host: HostDescription,
  index: number,
  { positions, selected, label }: Drawing,
): TopologyNode[] {
  return host.switches.map((name) => {
    const id = switchKey(host.name, name);
    const cards = host.vms.flatMap((vm) => vm.spec.nics).filter((nic) => nic.switch === name);
    return {
      id,
      type: 'switch',
      position: positions[id] ?? { x: 0, y: 0 },
      ...NODE_SIZE.switch,
      selected: selected === id,
      ariaLabel: label(name),
      data: { host: index, name, links: cards.length },
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
}

function linkEndsOf(host: HostDescription, positions: Positions): LinkEnd[] {
  return host.vms.flatMap((vm) =>
    vm.spec.nics.map((nic, card) => {
      const source = vmKey(host.name, vm.spec.name);
      const target = switchKey(host.name, nic.switch);
      const below = (positions[source]?.y ?? 0) > (positions[target]?.y ?? 0);
      return { vm: vm.spec.name, card, source, target, below, x: positions[source]?.x ?? 0 };
    }),
  );
}

/** The switch of a host that a link ends at. */
function switchKeyOf({ hosts }: LabDescription, place: SwitchPlace): string {
  return switchKey(hosts[place.host]?.name ?? '', place.switch);
}

/** Links between hosts, from the one that stands further left. */
export function hostLinksOf(lab: LabDescription, positions: Positions): HostLinkEdge[] {
  return lab.links.map(({ a, b, delayNs, bitsPerSecond }, index): HostLinkEdge => {
    const ends = [switchKeyOf(lab, a), switchKeyOf(lab, b)] as const;
    const isTurned = (positions[ends[0]]?.x ?? 0) > (positions[ends[1]]?.x ?? 0);
    const [source, target] = isTurned ? [ends[1], ends[0]] : ends;
    return {
      id: `link#${index}`,
      type: 'host-link',
      ...{ source, target, sourceHandle: 'right', targetHandle: 'left', focusable: false },
      data: { delayNs, bitsPerSecond },
    };
  });
}

/** Links, with the state of the port where the switch has told it; they meet their switch side by side. */
export function edgesOf(lab: LabDescription, positions: Positions, down: ReadonlySet<string>): LinkEdge[] {
  return lab.hosts.flatMap((host, index) => {
    const ends = linkEndsOf(host, positions);
    return ends.map((end): LinkEdge => {
      const side = ends.filter((other) => other.target === end.target && other.below === end.below);
      const place = side.filter(
        (other) => other.x < end.x || (other.x === end.x && other.card < end.card),
      ).length;
      return {
        id: `${end.source}#${end.card}`,
        type: 'link',
        source: end.source,
        target: end.target,
        sourceHandle: end.below ? 'top' : 'bottom',
        targetHandle: end.below ? 'bottom' : 'top',
        focusable: false,
        data: {
          host: index,
          vm: end.vm,
          up: !down.has(`${index}/${end.vm}/${end.card}`),
          shift: (place - (side.length - 1) / 2) * LINK_GAP,
        },
      };
    });
  });
}
