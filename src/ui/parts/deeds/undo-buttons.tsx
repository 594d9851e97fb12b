/** Takes back what was done with the network, and does it again. */
import { ActionIcon } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../kit/icons.tsx';
import { useShortcuts } from '../../kit/shortcuts.ts';
import { useDeeds } from './deeds.ts';
import { useEdit } from './editing.ts';

export function UndoButtons() {
  const { t } = useTranslation();
  const { undo, redo } = useEdit();
  useShortcuts({
    'Ctrl+z': () => void undo(),
    'Ctrl+y': () => void redo(),
    'Ctrl+Shift+z': () => void redo(),
  });
  const past = useDeeds((state) => state.past.length);
  const future = useDeeds((state) => state.future.length);
  return (
    <ActionIcon.Group>
      <ActionIcon
        size={30}
        variant="default"
        disabled={past === 0}
        aria-label={t('wiring.undo')}
        title={t('wiring.undo')}
        onClick={() => void undo()}
      >
        <Icon name="undo" size={14} />
      </ActionIcon>
      <ActionIcon
        size={30}
        variant="default"
        disabled={future === 0}
        aria-label={t('wiring.redo')}
        title={t('wiring.redo')}
        onClick={() => void redo()}
      >
        <Icon name="redo" size={14} />
      </ActionIcon>
    </ActionIcon.Group>
  );
}
