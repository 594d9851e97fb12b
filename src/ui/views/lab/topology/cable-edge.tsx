/** A cable of an appliance, or between two switches of a host: what goes over it, its ports say. */
import { BaseEdge, type Edge, type EdgeProps, getBezierPath } from '@xyflow/react';
import { memo } from 'react';
import { later } from '../../../kit/later.tsx';
import { useDrop } from './edit/drop.ts';
import { PortEnd } from './edit/port-end.tsx';
import css from './link-edge.module.css';
import { isBlocked, type TreeRoleOf } from './use-ports.ts';
import { wayAside, wayPast, wayUnder } from './way-past.ts';

export type CableEdge = Edge<
  {
    readonly isTrunk: boolean;
    readonly up: boolean;
    /** Of the end at its source, and of the other one: others end at the same side of the switch. */
    readonly sourceShift: number;
    readonly shift: number;
    /** Others stand between its ends: the way leads past them, or under them. */
    readonly isBehind: boolean;
    /** One of its ends stands over the other: both are at the right sides. */
    readonly isOver: boolean;
    /** Of a trunk: what spanning trees have made of its ends. */
    readonly roles: readonly (TreeRoleOf | undefined)[];
  },
  'cable'
>;

const TreeRoles = later(() => import('./tree-roles.tsx'));

/** A trunk is drawn as wide as a link between hosts, nearly. */
const WIDTH = { trunk: 2.5, other: 1.5 } as const;

export const CableEdgeView = memo(function CableEdgeView(props: EdgeProps<CableEdge>) {
  const { data, id, sourceX, sourcePosition, targetPosition } = props;
  const drop = useDrop();
  const { isTrunk = false, sourceShift = 0, shift = 0, up = true, roles = [] } = data ?? {};
  const { isBehind = false, isOver = false } = data ?? {};
  const sourceY = props.sourceY + sourceShift;
  const targetX = props.targetX + (isTrunk ? 0 : shift);
  const targetY = props.targetY + (isTrunk ? shift : 0);
  const ends = { sourceX, sourceY, targetX, targetY };
  const past = isOver ? wayAside : isTrunk ? wayUnder : wayPast;
  const path =
    isOver || isBehind ? past(ends) : getBezierPath({ ...ends, sourcePosition, targetPosition })[0];
  const tone = up ? 'green' : 'red';
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        className={css['path']}
        data-selected={props.selected || undefined}
        data-blocked={isBlocked(roles) || undefined}
        style={{ strokeWidth: isTrunk ? WIDTH.trunk : WIDTH.other }}
      />
      {isTrunk ? (
        <PortEnd
          tone={tone}
          x={sourceX}
          y={sourceY}
          from={{ x: targetX, y: targetY }}
          onDrop={(node) => drop(id, props.source, node)}
        />
      ) : (
        <circle className={css['end']} data-tone={tone} cx={sourceX} cy={sourceY} r={4} />
      )}
      <PortEnd
        tone={tone}
        x={targetX}
        y={targetY}
        from={{ x: sourceX, y: sourceY }}
        onDrop={(node) => drop(id, props.target, node)}
      />
      {roles.some((role) => role !== undefined) ? (
        <TreeRoles {...{ roles, ends, isOver }} below={[sourceShift > 0, isTrunk && shift > 0]} />
      ) : null}
    </>
  );
});
