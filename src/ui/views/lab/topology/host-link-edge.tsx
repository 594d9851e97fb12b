/** The link between switches of two hosts, with what it is like. */
import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from '@xyflow/react';
import { later } from '../../../kit/later.tsx';
import { useFormat } from '../../../parts/lab.tsx';
import { GAP } from './lay-out.ts';
import { useLevel } from './level.ts';
import css from './link-edge.module.css';
import { isBlocked, type TreeRoleOf } from './use-ports.ts';
import { type Ends, wayAside } from './way-past.ts';

export type HostLinkEdge = Edge<
  {
    readonly delayNs: number;
    readonly bitsPerSecond: number;
    /** Further down than the middle: several links of the same switches lie side by side. */
    readonly shift: number;
    /** One of its ends stands over the other: both are at the right sides. */
    readonly isOver: boolean;
    /** What spanning trees have made of its ends. */
    readonly roles: readonly (TreeRoleOf | undefined)[];
  },
  'host-link'
>;

const TreeRoles = later(() => import('./tree-roles.tsx'));

const STROKE_WIDTH = 3;

/** The way past the right sides, and where its middle is. */
function aside(ends: Ends): readonly [path: string, x: number, y: number] {
  const { sourceX, sourceY, targetX, targetY } = ends;
  return [wayAside(ends), Math.max(sourceX, targetX) + GAP.side, (sourceY + targetY) / 2];
}

export default function HostLinkEdgeView(props: EdgeProps<HostLinkEdge>) {
  const format = useFormat();
  const level = useLevel();
  const { data, id } = props;
  const { shift = 0, isOver = false, roles = [] } = data ?? {};
  const ends = {
    ...{ sourceX: props.sourceX, sourceY: props.sourceY + shift },
    ...{ targetX: props.targetX, targetY: props.targetY + shift },
  };
  const [path, x, y] = isOver ? aside(ends) : getBezierPath({ ...props, ...ends });
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        className={css['path']}
        data-selected={props.selected || undefined}
        data-blocked={isBlocked(roles) || undefined}
        style={{ strokeWidth: STROKE_WIDTH }}
      />
      <circle className={css['end']} data-tone="green" cx={ends.sourceX} cy={ends.sourceY} r={4} />
      <circle className={css['end']} data-tone="green" cx={ends.targetX} cy={ends.targetY} r={4} />
      {roles.some((role) => role !== undefined) ? <TreeRoles {...{ roles, ends, isOver }} /> : null}
      {data === undefined || level !== 'full' ? null : (
        <EdgeLabelRenderer>
          <div
            className={css['label']}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          >
            {format.duration(data.delayNs)} · {format.bitRate(data.bitsPerSecond)}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
