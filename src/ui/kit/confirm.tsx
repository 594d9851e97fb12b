/** Asks before something is done that cannot be taken back. */
import { Button } from '@mantine/core';
import { Dialog } from './dialog.tsx';
import layout from './layout.module.css';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
  readonly title: string;
  /** What will be lost. */
  readonly text: string;
  readonly confirmLabel: string;
  readonly cancelLabel: string;
  /** Text of the close button. */
  readonly closeLabel: string;
}

export function Confirm({ text, confirmLabel, cancelLabel, onConfirm, ...dialog }: Props) {
  return (
    <Dialog {...dialog}>
      <div className={layout['stack']}>
        <p>{text}</p>
        <div className={layout['row-end']}>
          <Button variant="default" onClick={dialog.onClose} data-autofocus>
            {cancelLabel}
          </Button>
          <Button color="red" onClick={onConfirm}>
            {confirmLabel}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
