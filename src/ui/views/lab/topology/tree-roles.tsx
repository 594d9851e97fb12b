/** What a spanning tree has made of the ends of a link: a letter for the role, and its colour for whether frames pass. */
import { EdgeLabelRenderer } from '@xyflow/react';
import { useTranslation } from 'react-i18next';
import { useLevel } from './level.ts';
import css from './link-edge.module.css';
import type { TreeRoleOf } from './use-ports.ts';
import type { Ends } from './way-past.ts';

/** From the end of the link. */
const ASIDE = { x: 13, y: 14 } as const;

interface Props {
  readonly roles: readonly (TreeRoleOf | undefined)[];
  readonly ends: Ends;
  /** By end: another one ends above it, and what is said of that stands there. */
  readonly below?: readonly boolean[];
  /** Both ends are at the right sides of their switches. */
  readonly isOver?: boolean;
}

export default function TreeRoles({ roles, ends, below = [], isOver = false }: Props) {
  const { t } = useTranslation();
  const level = useLevel();
  if (level === 'tile') return null;
  const { sourceX, sourceY, targetX, targetY } = ends;
  const places = [
    { x: sourceX + ASIDE.x, y: sourceY + (below[0] === true ? ASIDE.y : -ASIDE.y) },
    { x: targetX + (isOver ? ASIDE.x : -ASIDE.x), y: targetY + (below[1] === true ? ASIDE.y : -ASIDE.y) },
  ];
  return (
    <EdgeLabelRenderer>
      {places.map(({ x, y }, end) => {
        const role = roles[end];
        if (role === undefined) return null;
        const text = `${t(`tree.role.${role.role}`)}, ${t(`tree.state.${role.state}`)}`;
        return (
          <abbr
            key={`${x} ${y}`}
            className={css['role']}
            data-state={role.state}
            title={text}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          >
            {t(`tree.sign.${role.role}`)}
          </abbr>
        );
      })}
    </EdgeLabelRenderer>
  );
}
