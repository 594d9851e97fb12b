/** The link between a VM's card and a switch's port: a dot of state at each end, traffic from the card's counters. */
import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from '@xyflow/react';
import { memo } from 'react';
import { useShown } from '../../../kit/frame-clock.ts';
import { useFormat, useView, useVm } from '../../../parts/lab.tsx';
import { useDrop } from './edit/drop.ts';
import { PortEnd } from './edit/port-end.tsx';
import { useLevel } from './level.ts';
import css from './link-edge.module.css';
import { wayPast } from './way-past.ts';

export type LinkEdge = Edge<
  {
    readonly host: number;
    readonly vm: string;
    readonly up: boolean;
    readonly shift: number;
    /** Other VMs stand between the VM and its switch: the way leads past them. */
    readonly isBehind: boolean;
  },
  'link'
>;

/** Where the label stands: this far from the VM to the switch. */
const LABEL_AT = 0.28;
/** The least rate that is drawn as moving. */
const QUIET = 1;

export const LinkEdgeView = memo(function LinkEdgeView(props: EdgeProps<LinkEdge>) {
  const level = useLevel();
  const { data, sourceX, sourceY, targetY, sourcePosition, targetPosition, id } = props;
  const targetX = props.targetX + (data?.shift ?? 0);
  const drop = useDrop();
  const format = useFormat();
  const view = useView(data?.host ?? 0);
  const vm = useVm(data?.host ?? 0, data?.vm ?? '');
  const ends = { sourceX, sourceY, targetX, targetY };
  const path =
    data?.isBehind === true ? wayPast(ends) : getBezierPath({ ...ends, sourcePosition, targetPosition })[0];
  const live = vm?.state === 'running';
  const { sent, received } = useShown(level === 'full' ? 4 : 1, () => ({
    sent: live ? (view?.latest(vm.slot, 'net-tx') ?? 0) : 0,
    received: live ? (view?.latest(vm.slot, 'net-rx') ?? 0) : 0,
  }));
  const tone = data?.up === true ? (live ? 'green' : 'grey') : 'red';
  const rate = sent + received;
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        className={css['path']}
        data-selected={props.selected || undefined}
        style={{ strokeWidth: 1.5 + Math.min(2.5, Math.log10(1 + rate) / 2) }}
      />
      {rate > QUIET ? (
        <path d={path} className={css['flow']} data-direction={sent >= received ? 'out' : 'in'} />
      ) : null}
      <circle className={css['end']} data-tone={tone} cx={sourceX} cy={sourceY} r={4} />
      <PortEnd
        tone={data?.up === true ? 'green' : 'red'}
        x={targetX}
        y={targetY}
        from={{ x: sourceX, y: sourceY }}
        onDrop={(node) => drop(id, props.target, node)}
      />
      {rate > QUIET && level === 'full' ? (
        <EdgeLabelRenderer>
          <div
            className={css['label']}
            style={{
              transform: `translate(-50%, -50%) translate(${sourceX + (targetX - sourceX) * LABEL_AT * 0.6}px, ${sourceY + (targetY - sourceY) * LABEL_AT}px)`,
            }}
          >
            ↓ {format.byteRate(received)} · ↑ {format.byteRate(sent)}
          </div>
        </EdgeLabelRenderer>
      ) : null}
    </>
  );
});
