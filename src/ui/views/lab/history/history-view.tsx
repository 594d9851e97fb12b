/** What was done in the lab: when, by whom, what came of it; and taking back what can be taken back. */
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabAction } from '#bridge/protocol/lab-api';
import { type AskedBack, GoBackDialog } from '../../../dialogs/going-back/go-back-dialog.tsx';
import { KeptMoments } from '../../../dialogs/going-back/kept-moments.tsx';
import { onFrames } from '../../../kit/frame-clock.ts';
import layout from '../../../kit/layout.module.css';
import { isSameData } from '../../../kit/same-data.ts';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { actionText, vmOfCommand } from '../../../parts/action-text.ts';
import { errorSentence } from '../../../parts/error-text.tsx';
import { useClient, useCommand, useEvents, useFormat } from '../../../parts/lab.tsx';
import type { LabAddress } from '../../../state/addresses.ts';
import { useChoices } from '../../../state/choices.ts';
import { tellError, tellFailure } from '../../../state/notices.ts';
import { GoBackField } from './go-back-field.tsx';
import css from './history-view.module.css';

/** Times a second that it is looked whether there is anything new. */
const LOOKS_PER_SECOND = 1;

function useActions(): { readonly actions: readonly LabAction[] | null; readonly look: () => void } {
  const client = useClient();
  const [actions, setActions] = useState<readonly LabAction[] | null>(null);
  const [round, setRound] = useState(0);
  const events = useEvents();
  // biome-ignore lint/correctness/useExhaustiveDependencies: as time passes and things happen it is looked again
  useEffect(() => {
    let live = true;
    let lookedAt = -1;
    const look = (): void => {
      const { virtualNs } = client.status();
      if (virtualNs === lookedAt) return;
      lookedAt = virtualNs;
      client.calls
        .history()
        .then((answer) => {
          if (!live) return;
          if (answer.ok) setActions((last) => (isSameData(last, answer.value) ? last : answer.value));
          else tellError(answer.error);
        })
        .catch(tellFailure);
    };
    look();
    const end = onFrames(LOOKS_PER_SECOND, look);
    return () => {
      live = false;
      end();
    };
  }, [client, events, round]);
  return { actions, look: () => setRound((count) => count + 1) };
}

/** With what the commands came that nobody has given since. */
function origin(lab: LabAddress): 'builtin' | 'link' | 'file' {
  if (lab.kind === 'builtin' || lab.kind === 'link') return lab.kind;
  return 'file';
}

function Undo({ action, onDone }: { readonly action: LabAction; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const command = useCommand();
  const { undo } = action;
  if (undo === undefined) return null;
  if ('why' in undo) return <span className={texts['quiet']}>{t(`history.whyNot.${undo.why}`)}</span>;
  const what = `${vmOfCommand(action.command)} ${actionText(t, action.command)}`;
  return (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={t('history.undoOf', { what })}
      title={`${vmOfCommand(undo.command)}: ${actionText(t, undo.command)}`}
      onClick={() => void command(action.host, undo.command).then(onDone)}
    >
      {t('history.undo')}
    </Button>
  );
}

interface RowProps {
  readonly action: LabAction;
  readonly onDone: () => void;
  readonly onBack: (asked: AskedBack) => void;
}

function Row({ action, onDone, onBack }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const lab = useChoices((state) => state.lab);
  const { at, until, by, command, error } = action;
  return (
    <tr>
      <td className={texts['mono']}>
        {format.clock(at)}
        {until > at ? `–${format.clock(until)}` : ''}
      </td>
      <td>{by === 'person' ? t('history.person') : t(`history.lab.${origin(lab)}`)}</td>
      <td className={css['what']}>
        <b>{vmOfCommand(command)}</b> {actionText(t, command)}
      </td>
      <td data-refused={error !== undefined || undefined} className={css['outcome']}>
        {error === undefined ? t('history.done') : t('history.refused', { why: errorSentence(error) })}
      </td>
      <td>
        <div className={layout['row-wrap']}>
          <Undo action={action} onDone={onDone} />
          {error === undefined && (action.undo === undefined || 'why' in action.undo) ? (
            <Button
              size="compact-sm"
              variant="subtle"
              title={t('history.withoutHint')}
              aria-label={t('history.withoutOf', {
                what: `${vmOfCommand(command)} ${actionText(t, command)}`,
              })}
              onClick={() => onBack({ kind: 'without', action })}
            >
              {t('history.without')}
            </Button>
          ) : null}
          {at === 0 ? null : (
            <Button
              size="compact-sm"
              variant="subtle"
              aria-label={t('history.beforeOf', {
                what: `${vmOfCommand(command)} ${actionText(t, command)}`,
              })}
              onClick={() => onBack({ kind: 'time', at: at - 1 })}
            >
              {t('history.before')}
            </Button>
          )}
        </div>
      </td>
    </tr>
  );
}

export default function HistoryView() {
  const { t } = useTranslation();
  const { actions, look } = useActions();
  const [asked, setAsked] = useState<AskedBack | null>(null);
  if (actions === null) return <p className={texts['quiet']}>{t('common.loading')}</p>;
  return (
    <div className={layout['view']}>
      <h2>{t('nav.history')}</h2>
      <p className={texts['quiet']}>{t('history.text')}</p>
      <GoBackField onGo={(at) => setAsked({ kind: 'time', at })} />
      {actions.length === 0 ? (
        <p>{t('history.nothing')}</p>
      ) : (
        <ScrollX label={t('nav.history')}>
          <table className={table['table']} data-testid="history">
            <thead>
              <tr>
                {(['at', 'by', 'what', 'outcome', 'undo'] as const).map((column) => (
                  <th key={column}>{t(`history.${column}`)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {actions.map((action) => (
                <Row key={action.serial} action={action} onDone={look} onBack={setAsked} />
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
      <div className={layout['stack']}>
        <h3>{t('moments.title')}</h3>
        <KeptMoments />
      </div>
      <GoBackDialog
        asked={asked}
        onClose={() => {
          setAsked(null);
          look();
        }}
      />
    </div>
  );
}
