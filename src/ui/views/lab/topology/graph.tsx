/** The graph: nodes from the lab's description, positions from what was saved or laid out, changes back to the lab. */
import { Controls, type NodeChange, ReactFlow, useNodesState, useReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMantineColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ok, type Result } from '#base/result';
import type { LabClient } from '#bridge/client/client';
import type { LabDescription, Timed } from '#bridge/protocol/answers';
import { Icon } from '../../../kit/icons.tsx';
import { useAnswer, useClient } from '../../../parts/lab.tsx';
import { useChoices } from '../../../state/choices.ts';
import { tellFailure } from '../../../state/notices.ts';
import { hostRoute, vmRoute } from '../../../state/routes.ts';
import css from './graph.module.css';
import {
  hostBox,
  layOut,
  moveHost,
  NODE_SIZE,
  type Positions,
  positionsOf,
  savedPositions,
  switchKey,
  vmKey,
} from './layout.ts';
import { type LinkEdge, LinkEdgeView } from './link-edge.tsx';
import { type MenuPlace, NodeMenu } from './node-menu.tsx';
import { HostNodeView, SwitchNodeView, type TopologyNode, VmNodeView } from './nodes.tsx';

const NODE_TYPES = { vm: VmNodeView, switch: SwitchNodeView, host: HostNodeView };
const EDGE_TYPES = { link: LinkEdgeView };
const FIT = { padding: 0.08, maxZoom: 1.1, duration: 0 };

/** Nodes where they stand. */
function nodesOf(
  lab: LabDescription,
  positions: Positions,
  selected: string | null,
  label: (key: string) => string,
): TopologyNode[] {
  return lab.hosts.flatMap((host, index): TopologyNode[] => {
    const box = hostBox(host, positions);
    const frame: TopologyNode = {
      id: host.name,
      type: 'host',
      position: { x: box.x, y: box.y },
      width: box.width,
      height: box.height,
      zIndex: -1,
      selected: selected === host.name,
      ariaLabel: label(host.name),
      data: { host: index },
    };
    const vms = host.vms.map((vm): TopologyNode => {
      const id = vmKey(host.name, vm.spec.name);
      return {
        id,
        type: 'vm',
        position: positions[id] ?? { x: 0, y: 0 },
        ...NODE_SIZE.vm,
        selected: selected === id,
        ariaLabel: label(vm.spec.name),
        data: { host: index, vm: vm.spec.name },
      };
    });
    const switches = host.switches.map((name): TopologyNode => {
      const id = switchKey(host.name, name);
      const links = host.vms.reduce(
        (sum, vm) => sum + vm.spec.nics.filter((nic) => nic.switch === name).length,
        0,
      );
      return {
        id,
        type: 'switch',
        position: positions[id] ?? { x: 0, y: 0 },
        ...NODE_SIZE.switch,
        selected: selected === id,
        ariaLabel: label(name),
        data: { host: index, name, links },
      };
    });
    return [frame, ...vms, ...switches];
  });
}

/** Room between two links at a switch. */
const LINK_GAP = 20;

/** Links, with the state of the port where the switch has told it; they meet their switch side by side. */
function edgesOf(lab: LabDescription, positions: Positions, down: ReadonlySet<string>): LinkEdge[] {
  return lab.hosts.flatMap((host, index) => {
    const ends = host.vms.flatMap((vm) =>
      vm.spec.nics.map((nic, card) => {
        const source = vmKey(host.name, vm.spec.name);
        const target = switchKey(host.name, nic.switch);
        const below = (positions[source]?.y ?? 0) > (positions[target]?.y ?? 0);
        return { vm: vm.spec.name, card, source, target, below, x: positions[source]?.x ?? 0 };
      }),
    );
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

/** Cards whose port has no link, as `host/vm/card`. */
async function linksDown(client: LabClient, hosts: number): Promise<Result<Timed<readonly string[]>>> {
  const down: string[] = [];
  let at = 0;
  for (let host = 0; host < hosts; host++) {
    const answer = await client.ask(host, 'switches', {});
    if (!answer.ok) return answer;
    at = answer.value.at;
    for (const { ports } of answer.value.value)
      for (const { link, vm, nic } of ports)
        if (link === 'down') down.push(`${host}/${vm ?? ''}/${nic ?? 0}`);
  }
  return ok({ at, value: down });
}

export function Graph({ lab }: { readonly lab: LabDescription }) {
  const { t } = useTranslation();
  const client = useClient();
  const flow = useReactFlow();
  const { colorScheme } = useMantineColorScheme();
  const selected = useChoices((state) => state.selected);
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const [moved, setMoved] = useState<Positions>(lab.layout);
  const [nodes, setNodes, applyChanges] = useNodesState<TopologyNode>([]);
  const positions = useMemo(() => positionsOf(lab, moved), [lab, moved]);

  const down = useAnswer(() => linksDown(client, lab.hosts.length), 1000, [lab.hosts.length]);
  const edges = useMemo(() => edgesOf(lab, positions, new Set(down.value)), [lab, positions, down.value]);

  useEffect(() => {
    const fresh = nodesOf(lab, positions, selected, (name) => t('topology.nodeLabel', { name }));
    setNodes((old) => {
      const measured = new Map(old.map((node) => [node.id, node.measured]));
      return fresh.map((node) => {
        const size = measured.get(node.id);
        return size === undefined ? node : { ...node, measured: size };
      });
    });
  }, [lab, positions, selected, setNodes, t]);

  // A node more or less: show everything again.
  const shape = nodes.length;
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (shape > 0) void flow.fitView(FIT);
  }, [shape, flow]);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => void flow.fitView(FIT));
    observer.observe(element);
    return () => observer.disconnect();
  }, [flow]);

  const save = (next: Positions): void => {
    const saved = savedPositions(next);
    setMoved(saved);
    client.calls.setLayout(saved).catch(tellFailure);
  };

  const onNodesChange = (changes: NodeChange<TopologyNode>[]): void => {
    for (const change of changes)
      if (change.type === 'select' && change.selected) useChoices.getState().select(change.id);
    applyChanges(changes.filter((change) => change.type !== 'select'));
  };

  return (
    <div className={css['graph']} ref={place} data-tour="topology">
      <ReactFlow<TopologyNode, LinkEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onNodeDragStop={(_, node) => {
          const host = lab.hosts.find((candidate) => candidate.name === node.id);
          if (host === undefined) save({ ...positions, [node.id]: node.position });
          else {
            const box = hostBox(host, positions);
            save(moveHost(host, positions, { x: node.position.x - box.x, y: node.position.y - box.y }));
          }
        }}
        onNodeDoubleClick={(_, node) => {
          const { go } = useChoices.getState();
          if (node.type === 'vm') go(vmRoute(node.data.host, node.data.vm));
          else if (node.type === 'host') go(hostRoute(node.data.host));
        }}
        onNodeContextMenu={(event, node) => {
          event.preventDefault();
          // From the keyboard the event has no place of its own.
          const box = event.currentTarget.getBoundingClientRect();
          const keyboard = event.clientX === 0 && event.clientY === 0;
          setMenu({
            node,
            x: keyboard ? box.left + 24 : event.clientX,
            y: keyboard ? box.top + 24 : event.clientY,
          });
        }}
        nodesConnectable={false}
        deleteKeyCode={null}
        elementsSelectable
        colorMode={colorScheme === 'auto' ? 'system' : colorScheme}
        fitView
        fitViewOptions={FIT}
        minZoom={0.2}
        maxZoom={2}
        proOptions={{ hideAttribution: false }}
        aria-label={t('topology.label')}
      >
        <Controls showInteractive={false} aria-label={t('topology.controls')} />
      </ReactFlow>
      <button
        type="button"
        className={css['layout']}
        title={t('topology.layoutHint')}
        onClick={() => save(layOut(lab))}
      >
        <Icon name="layout" size={14} />
        {t('topology.layout')}
      </button>
      <NodeMenu place={menu} onClose={() => setMenu(null)} />
    </div>
  );
}
