/** A dialog: title, close button, content. Its head is no landmark, so a page with a dialog has one banner. */
import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import css from './dialog.module.css';
import { MessagePlace } from './message-place.tsx';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** Text of the close button. */
  readonly closeLabel: string;
  readonly size?: 'md' | 'lg' | 'xl';
  readonly children: ReactNode;
}

export function Dialog({ opened, onClose, title, closeLabel, size = 'md', children }: Props) {
  return (
    <Modal.Root opened={opened} onClose={onClose} size={size} centered transitionProps={{ duration: 0 }}>
      <Modal.Overlay backgroundOpacity={0.4} />
      <Modal.Content>
        <div className={css['head']}>
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label={closeLabel} />
        </div>
        <Modal.Body>
          <MessagePlace />
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
