/** By which a chart of a dashboard is dragged to another place, with mouse, pen or finger; the arrow keys move it too. */
import { ActionIcon } from '@mantine/core';
import { useRef } from 'react';
import { Icon } from '../../../kit/icons.tsx';
import css from './dashboard.module.css';

interface Props {
  readonly label: string;
  /** Over which place it is held; nothing: over none, or let go. */
  readonly onOver: (place: number | undefined) => void;
  readonly onDrop: (place: number) => void;
  /** By keyboard: so many places on. */
  readonly onMove: (by: number) => void;
}

/** Which chart of the dashboard lies there. */
function placeAt(x: number, y: number): number | undefined {
  const card = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-place]');
  return card === null || card === undefined ? undefined : Number(card.dataset['place']);
}

const KEYS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

export function Grip({ label, onOver, onDrop, onMove }: Props) {
  const held = useRef<number>(undefined);
  const letGo = (): void => {
    held.current = undefined;
    onOver(undefined);
  };
  return (
    <ActionIcon
      className={css['grip'] ?? ''}
      variant="subtle"
      color="gray"
      size="sm"
      aria-label={label}
      title={label}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        held.current = event.pointerId;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={({ pointerId, clientX, clientY }) => {
        if (held.current === pointerId) onOver(placeAt(clientX, clientY));
      }}
      onPointerUp={({ pointerId, clientX, clientY }) => {
        if (held.current !== pointerId) return;
        letGo();
        const place = placeAt(clientX, clientY);
        if (place !== undefined) onDrop(place);
      }}
      onPointerCancel={letGo}
      onKeyDown={(event) => {
        if (event.key === 'Escape') letGo();
        const by = KEYS[event.key];
        if (by === undefined) return;
        event.preventDefault();
        onMove(by);
      }}
    >
      <Icon name="grip" size={14} />
    </ActionIcon>
  );
}
