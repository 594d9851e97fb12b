/** What the keys do, what the colours mean, and the tour again. */
import { Button, Kbd } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { VmState } from '#base/catalogue/vm-life-cycle';
import { Dialog } from '../kit/dialog.tsx';
import layout from '../kit/layout.module.css';
import texts from '../kit/texts.module.css';
import { StateBadge } from '../parts/state-badge.tsx';
import { useChoices } from '../state/choices.ts';
import { HOME } from '../state/routes.ts';
import css from './help-dialog.module.css';

const KEYS = [
  { keys: ['F8'], text: 'help.f8' },
  { keys: ['F9'], text: 'help.f9' },
  { keys: ['⇧', 'F9'], text: 'help.stepExit' },
  { keys: ['Ctrl', 'F9'], text: 'help.stepQuantum' },
  { keys: ['F7'], text: 'help.stepBack' },
  { keys: ['Ctrl', 'K'], text: 'help.palette' },
  { keys: ['P'], text: 'help.present' },
  { keys: ['?'], text: 'help.help' },
  { keys: ['Esc'], text: 'help.escape' },
  { keys: ['Tab'], text: 'help.tab' },
] as const;

const STATES: readonly VmState[] = ['running', 'paused', 'stopped', 'failed'];

export function HelpDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t('action.help')} closeLabel={t('common.close')}>
      <div className={layout['stack']}>
        <dl className={css['keys']}>
          {KEYS.map((entry) => (
            <div key={entry.text}>
              <dt>
                {entry.keys.map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </dt>
              <dd>{t(entry.text)}</dd>
            </div>
          ))}
        </dl>
        <p className={texts['quiet']}>{t('help.consoles')}</p>
        <div className={layout['row-wrap']}>
          {STATES.map((state) => (
            <StateBadge key={state} state={state} />
          ))}
        </div>
        <div className={layout['row-end']}>
          <Button
            variant="default"
            onClick={() => {
              onClose();
              useChoices.getState().go(HOME);
              useChoices.setState({ tour: 'asked' });
            }}
          >
            {t('help.tour')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
