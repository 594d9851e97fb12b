/** The graph: nodes from the lab's description, positions from what was saved or laid out, changes back to the lab. */
import { Controls, type NodeChange, ReactFlow, useNodesState, useReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMantineColorScheme } from '@mantine/core';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabDescription } from '#bridge/protocol/answers';
import { Icon } from '../../../kit/icons.tsx';
import { type MenuObject, type MenuPlace, menuPlaceOf, ObjectMenu } from '../../../parts/object-menu.tsx';
import { useChoices } from '../../../state/choices.ts';
import { hostRoute, vmRoute } from '../../../state/routes.ts';
import { edgesOf, hostLinksOf, nodesOf } from './flow-elements.ts';
import css from './graph.module.css';
import { type HostLinkEdge, HostLinkEdgeView } from './host-link-edge.tsx';
import type { Positions } from './layout.ts';
import { type LinkEdge, LinkEdgeView } from './link-edge.tsx';
import { HostNodeView, SwitchNodeView, type TopologyNode, VmNodeView } from './nodes.tsx';
import { useLinksDown } from './use-links-down.ts';
import { usePlaces } from './use-places.ts';

const NODE_TYPES = { vm: VmNodeView, switch: SwitchNodeView, host: HostNodeView };
const EDGE_TYPES = { link: LinkEdgeView, 'host-link': HostLinkEdgeView };
const FIT = { padding: 0.08, maxZoom: 1.1, duration: 0 };

/** Nodes as React Flow has them: they keep the size that it measured when the lab changes. */
function useNodes(lab: LabDescription, positions: Positions) {
  const { t } = useTranslation();
  const selected = useChoices((state) => state.selected);
  const [nodes, setNodes, applyChanges] = useNodesState<TopologyNode>([]);
  useEffect(() => {
    const label = (name: string): string => t('topology.nodeLabel', { name });
    const fresh = nodesOf(lab, { positions, selected, label });
    setNodes((old) => {
      const measured = new Map(old.map((node) => [node.id, node.measured]));
      return fresh.map((node) => {
        const size = measured.get(node.id);
        return size === undefined ? node : { ...node, measured: size };
      });
    });
  }, [lab, positions, selected, setNodes, t]);
  const onNodesChange = (changes: NodeChange<TopologyNode>[]): void => {
    for (const change of changes)
      if (change.type === 'select' && change.selected) useChoices.getState().select(change.id);
    applyChanges(changes.filter((change) => change.type !== 'select'));
  };
  return { nodes, onNodesChange };
}

/** Shows everything again when there is a node more or less, or another amount of room. */
function useFit(nodes: number): RefObject<HTMLDivElement | null> {
  const flow = useReactFlow();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (nodes > 0) void flow.fitView(FIT);
  }, [nodes, flow]);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => void flow.fitView(FIT));
    observer.observe(element);
    return () => observer.disconnect();
  }, [flow]);
  return place;
}

function openPage(node: TopologyNode): void {
  const { go } = useChoices.getState();
  if (node.type === 'vm') go(vmRoute(node.data.host, node.data.vm));
  else if (node.type === 'host') go(hostRoute(node.data.host));
}

/** What a node stands for, as menus name it. */
function menuObjectOf(node: TopologyNode): MenuObject {
  switch (node.type) {
    case 'vm':
      return { kind: 'vm', host: node.data.host, vm: node.data.vm };
    case 'host':
      return { kind: 'host', host: node.data.host };
    default:
      return { kind: 'switch', node: node.id };
  }
}

export function Graph({ lab }: { readonly lab: LabDescription }) {
  const { t } = useTranslation();
  const { colorScheme } = useMantineColorScheme();
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const { positions, move, reset } = usePlaces(lab);
  const { nodes, onNodesChange } = useNodes(lab, positions);
  const down = useLinksDown(lab.hosts.length);
  const edges = useMemo(
    () => [...edgesOf(lab, positions, new Set(down)), ...hostLinksOf(lab, positions)],
    [lab, positions, down],
  );
  const place = useFit(nodes.length);
  return (
    <div className={css['graph']} ref={place} data-tour="topology">
      <ReactFlow<TopologyNode, LinkEdge | HostLinkEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onNodeDragStop={(_, node) => move(node.id, node.position)}
        onNodeDoubleClick={(_, node) => openPage(node)}
        onNodeContextMenu={(event, node) => {
          event.preventDefault();
          setMenu(menuPlaceOf(event, menuObjectOf(node)));
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
      <button type="button" className={css['layout']} title={t('topology.layoutHint')} onClick={reset}>
        <Icon name="layout" size={14} />
        {t('topology.layout')}
      </button>
      <ObjectMenu place={menu} onClose={() => setMenu(null)} />
    </div>
  );
}
