/** The graph: nodes from the lab's description, positions from what was saved or laid out, changes back to the lab. */
import {
  ConnectionMode,
  Controls,
  type EdgeProps,
  type FinalConnectionState,
  type FitViewOptions,
  MiniMap,
  type NodeChange,
  ReactFlow,
  useNodesState,
  useReactFlow,
  useStore,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMantineColorScheme } from '@mantine/core';
import {
  memo,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { LabDescription, PassingFrame } from '#bridge/protocol/answers';
import { later, soon } from '../../../kit/later.tsx';
import { NARROW, useMedia } from '../../../kit/media.ts';
import { useEdit } from '../../../parts/deeds/editing.ts';
import { type MenuObject, type MenuPlace, menuPlaceOf } from '../../../parts/object-menu.tsx';
import { useChoices } from '../../../state/choices.ts';
import { hostRoute, vmRoute } from '../../../state/routes.ts';
import { LOOKING_ON, showWay, useWay } from '../../../state/way.ts';
import { useArrangement } from './arrangement.ts';
import { type CableEdge, CableEdgeView } from './cable-edge.tsx';
import { DropProvider } from './edit/drop.ts';
import { useLongPress } from './edit/long-press.ts';
import { dropWish, wishesOf } from './edit/wiring.ts';
import { FindField } from './find-field.tsx';
import { type Drawing, edgesOf, hostLinksOf, nodesOf } from './flow-elements.ts';
import css from './graph.module.css';
import { GraphMenu } from './graph-menu.tsx';
import type { HostLinkEdge } from './host-link-edge.tsx';
import type { Hovered } from './hover-card.tsx';
import type { Point } from './layout.ts';
import { type LinkEdge, LinkEdgeView } from './link-edge.tsx';
import { ApplianceNodeView, HostNodeView, SwitchNodeView, type TopologyNode, VmNodeView } from './nodes.tsx';
import { useTileColor } from './tile-color.ts';
import type { Places } from './use-places.ts';
import type { Ports, TreeRoleOf } from './use-ports.ts';

const PassingLayer = soon(() => import('./passing/passing-layer.tsx'));
const HostLinkEdgeView = soon(() => import('./host-link-edge.tsx'));
const HoverCard = soon(() => import('./hover-card.tsx'));
const WayPanel = later(() => import('./way/way-panel.tsx'));

const NODE_TYPES = {
  vm: VmNodeView,
  switch: SwitchNodeView,
  host: HostNodeView,
  appliance: ApplianceNodeView,
};
function HostLinkEdges(props: EdgeProps<HostLinkEdge>) {
  return <HostLinkEdgeView {...props} />;
}
const EDGE_TYPES = { link: LinkEdgeView, cable: CableEdgeView, 'host-link': HostLinkEdges };
const FIT: FitViewOptions = { padding: 0.08, maxZoom: 1.1, duration: 0 };
/** On a phone nothing is drawn below the buttons, which are large there. */
const FIT_NARROW: FitViewOptions = { ...FIT, padding: { x: 0.08, y: 0.08, left: '64px' } };
/** So near to a handle a cable is let go at it: anywhere on a switch. */
const CONNECTION_RADIUS = 60;
/** From this many nodes on there is a map of all of them while only a part is seen. */
const MAP_FROM = 12;

/** Nodes as React Flow has them: they keep the size that it measured when the lab changes. */
function useNodes(lab: LabDescription, drawing: Drawing) {
  const [nodes, setNodes, applyChanges] = useNodesState<TopologyNode>([]);
  useEffect(() => {
    const fresh = nodesOf(lab, drawing);
    setNodes((old) => {
      const before = new Map(old.map((node) => [node.id, node]));
      return fresh.map((node) => {
        const last = before.get(node.id);
        // What has another size now, since it was folded, is measured again.
        return last?.measured === undefined || last.width !== node.width
          ? node
          : { ...node, measured: last.measured };
      });
    });
  }, [lab, drawing, setNodes]);
  const onNodesChange = (changes: NodeChange<TopologyNode>[]): void => {
    for (const change of changes)
      if (change.type === 'select' && change.selected) useChoices.getState().select(change.id);
    applyChanges(changes.filter((change) => change.type !== 'select'));
  };
  return { nodes, onNodesChange };
}

/** Shows everything at first and when there is another amount of room, until a person looks at a part. */
function useFit(isThere: boolean, fit: FitViewOptions): RefObject<HTMLDivElement | null> {
  const flow = useReactFlow();
  const place = useRef<HTMLDivElement>(null);
  const refit = useCallback(() => {
    if (useArrangement.getState().viewport === undefined) void flow.fitView(fit);
  }, [flow, fit]);
  useEffect(() => {
    if (isThere) refit();
  }, [isThere, refit]);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(refit);
    observer.observe(element);
    return () => observer.disconnect();
  }, [refit]);
  return place;
}

/** Tells the styles how much the graph is magnified: what is small is written larger. */
function ZoomOf({ place }: { readonly place: RefObject<HTMLDivElement | null> }) {
  const zoom = useStore(({ transform }) => transform[2]);
  useEffect(() => place.current?.style.setProperty('--zoom', String(zoom)), [place, zoom]);
  return null;
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
    case 'appliance':
      return { kind: 'appliance', host: node.data.host, appliance: node.data.name, node: node.id };
    default:
      return { kind: 'switch', node: node.id };
  }
}

/** What a node is called, by its key: without its host and what it is. */
function nameIn(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1).replace(/^.*:/, '');
}

function useDrawing(positions: Drawing['positions'], found: readonly string[] | null): Drawing {
  const { t } = useTranslation();
  const selected = useChoices((state) => state.selected);
  const folded = useArrangement((state) => state.folded);
  const here = useWay((state) => state.marks.here);
  return useMemo(
    () => ({
      ...{ positions, selected, folded },
      found: found === null ? null : new Set(found),
      here,
      label: (name) => t('topology.nodeLabel', { name }),
    }),
    [positions, selected, folded, found, here, t],
  );
}

/** Where a pointer or a finger was let go. */
function pointOf(event: MouseEvent | TouchEvent): Point {
  const at = 'changedTouches' in event ? event.changedTouches[0] : event;
  return { x: at?.clientX ?? 0, y: at?.clientY ?? 0 };
}

function pick(host: number, { frame, serial }: PassingFrame): void {
  showWay({ host, capture: LOOKING_ON, frame, serial });
}

interface Props {
  readonly lab: LabDescription;
  readonly ports: Ports;
  readonly places: Places;
  /** Entries beside the buttons. */
  readonly tools: ReactNode;
}

/** Rendered anew only for another lab or other ports: it is large. */
export const Graph = memo(function Graph({ lab, ports, places, tools }: Props) {
  const { t } = useTranslation();
  const { colorScheme } = useMantineColorScheme();
  const isWide = !useMedia(NARROW);
  const fit = isWide ? FIT : FIT_NARROW;
  const isPart = useArrangement(({ viewport }) => viewport !== undefined);
  const flow = useReactFlow();
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const [hovered, setHovered] = useState<Hovered | null>(null);
  const [found, setFound] = useState<readonly string[] | null>(null);
  const { positions, moved, laidOut } = places;
  const { act } = useEdit();
  const drawing = useDrawing(positions, found);
  const showsPassing = useArrangement((state) => state.showsPassing);
  const { nodes, onNodesChange } = useNodes(lab, drawing);
  // As text: what says the same draws nothing anew.
  const downKeys = JSON.stringify(
    [...ports].flatMap(([key, { state }]) => (state.link === 'down' ? [key] : [])),
  );
  const trees = JSON.stringify(
    [...ports].flatMap(([key, { tree }]) => (tree === undefined ? [] : [[key, tree]])),
  );
  const { links } = useWay((state) => state.marks);
  const way = useWay((state) => state.of);
  const edges = useMemo(() => {
    const isDown = new Set(JSON.parse(downKeys) as string[]);
    const roles = new Map<string, TreeRoleOf>(JSON.parse(trees) as [string, TreeRoleOf][]);
    const treeAt = (key: string): TreeRoleOf | undefined => roles.get(key);
    const all = [
      ...edgesOf(lab, drawing, (key) => isDown.has(key), treeAt),
      ...hostLinksOf(lab, drawing, treeAt),
    ];
    return all.map((edge) => ({
      ...edge,
      ariaLabel: `${nameIn(edge.source)} – ${nameIn(edge.target)}`,
      ...(links.includes(edge.id)
        ? { className: edge.id === drawing.here ? 'way way-here' : 'way' }
        : undefined),
    }));
  }, [lab, drawing, downKeys, trees, links]);
  const place = useFit(nodes.length > 0, fit);
  useLongPress(place);
  const tileColor = useTileColor(lab);
  const showAll = (): void => {
    useArrangement.setState({ viewport: undefined });
    void flow.fitView(fit);
  };
  const leave = (): void => setHovered(null);
  const hover = (key: string, y: number): void => {
    const { top = 0, height = 0 } = place.current?.getBoundingClientRect() ?? {};
    setHovered({ key, isLow: y > top + height / 2 });
  };
  const wire = (from: string, to: string, at: Point): void => {
    const [wish, ...others] = wishesOf(lab, from, to);
    if (wish !== undefined && others.length === 0) void act(wish.deed);
    else if (wish !== undefined) setMenu({ of: { kind: 'wires', from, to }, ...at });
  };
  const onConnectEnd = (event: MouseEvent | TouchEvent, state: FinalConnectionState): void => {
    const { isValid, fromNode, toNode } = state;
    if (isValid === true && fromNode !== null && toNode !== null)
      wire(fromNode.id, toNode.id, pointOf(event));
  };
  const drop = (link: string, off: string, node: string | null): void => {
    const wish = dropWish(lab, link, off, node);
    if (wish !== undefined) void act(wish.deed);
  };
  return (
    <div className={css['graph']} data-tour="topology">
      <div className={css['tools']}>
        <FindField lab={lab} ports={ports} onFound={setFound} />
        {tools}
        <GraphMenu
          lab={lab}
          ports={ports}
          place={menu}
          onOpen={setMenu}
          onLayOut={() => {
            void act(laidOut());
            useArrangement.setState({ viewport: undefined });
            requestAnimationFrame(showAll);
          }}
          onShowAll={showAll}
        />
      </div>
      <div className={css['flow']} ref={place}>
        <DropProvider value={drop}>
          <ReactFlow<TopologyNode, LinkEdge | CableEdge | HostLinkEdge>
            nodes={nodes}
            edges={edges}
            nodeTypes={NODE_TYPES}
            edgeTypes={EDGE_TYPES}
            onNodesChange={onNodesChange}
            onNodeDragStart={leave}
            onNodeDragStop={(_, node) => void act(moved(node.id, node.position))}
            onNodeDoubleClick={(_, node) => openPage(node)}
            onNodeContextMenu={(event, node) => {
              event.preventDefault();
              leave();
              setMenu(menuPlaceOf(event, menuObjectOf(node)));
            }}
            onPaneContextMenu={(event) => {
              event.preventDefault();
              setMenu({ of: { kind: 'lab' }, x: event.clientX, y: event.clientY });
            }}
            onNodeMouseEnter={({ clientY }, { id }) => hover(id, clientY)}
            onNodeMouseLeave={leave}
            onEdgeMouseEnter={({ clientY }, { id }) => hover(id, clientY)}
            onEdgeMouseLeave={leave}
            onEdgeContextMenu={(event, { id }) => {
              event.preventDefault();
              leave();
              setMenu(menuPlaceOf(event, { kind: 'link', link: id }));
            }}
            onConnectEnd={onConnectEnd}
            onClickConnectEnd={onConnectEnd}
            isValidConnection={({ source, target }) => wishesOf(lab, source, target).length > 0}
            connectionMode={ConnectionMode.Loose}
            connectionRadius={CONNECTION_RADIUS}
            onEdgeClick={(_, { id }) => useChoices.getState().select(id)}
            onMoveStart={leave}
            onMoveEnd={(event, viewport) => {
              // Without an event it was not a person who moved it.
              if (event !== null) useArrangement.setState({ viewport });
            }}
            deleteKeyCode={null}
            elementsSelectable
            colorMode={colorScheme === 'auto' ? 'system' : colorScheme}
            defaultViewport={useArrangement.getState().viewport ?? { x: 0, y: 0, zoom: 1 }}
            minZoom={0.04}
            maxZoom={2}
            proOptions={{ hideAttribution: false }}
            aria-label={t('topology.label')}
          >
            <Controls
              showInteractive={false}
              aria-label={t('topology.controls')}
              fitViewOptions={fit}
              onFitView={showAll}
              onZoomIn={() => useArrangement.setState({ viewport: flow.getViewport() })}
              onZoomOut={() => useArrangement.setState({ viewport: flow.getViewport() })}
            />
            {isPart && nodes.length >= MAP_FROM && isWide ? (
              <MiniMap
                pannable
                zoomable
                ariaLabel={t('topology.map')}
                nodeColor={tileColor}
                nodeStrokeWidth={0}
              />
            ) : null}
            <ZoomOf place={place} />
            {showsPassing ? (
              <PassingLayer
                lab={lab}
                picked={way?.capture === LOOKING_ON ? way.serial : undefined}
                onPick={pick}
              />
            ) : null}
          </ReactFlow>
        </DropProvider>
        {hovered === null || menu !== null ? null : <HoverCard {...{ lab, ports, hovered }} />}
      </div>
      {way === null ? null : (
        <WayPanel key={`${way.capture} ${way.frame} ${way.serial}`} lab={lab} of={way} />
      )}
    </div>
  );
});
