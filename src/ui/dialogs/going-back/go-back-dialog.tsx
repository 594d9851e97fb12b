/**
 * Asks before the lab is made what it was at a time that it has passed, or what it would be without an action: what was done later
 * is no part of it then, or may not apply any more. It shows how far the run is repeated, and can be cancelled: the lab stays as it
 * is until the other one is there.
 */
import { Button, Progress } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BackTo } from '#bridge/protocol/keeping';
import type { LabAction } from '#bridge/protocol/lab-api';
import { Dialog } from '../../kit/dialog.tsx';
import layout from '../../kit/layout.module.css';
import { actionText, vmOfCommand } from '../../parts/action-text.ts';
import { errorSentence } from '../../parts/error-text.tsx';
import { useClient, useFormat } from '../../parts/lab.tsx';
import { useGoingBack } from './use-going-back.ts';

/** What is asked: to a time, or without an action. */
export type AskedBack =
  | { readonly kind: 'time'; readonly at: number }
  | { readonly kind: 'without'; readonly action: LabAction };

function backTo(asked: AskedBack): BackTo {
  if (asked.kind === 'time') return asked;
  const { serial, commands } = asked.action;
  return { kind: 'without', serial, commands };
}

/** What was done once, and is refused now. */
function Refusals({ refused }: { readonly refused: readonly LabAction[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <p>{t('history.refusedNow')}</p>
      <ul data-testid="refused">
        {refused.map(({ serial, at, command, error }) => (
          <li key={serial}>
            {format.clock(at)} <b>{vmOfCommand(command)}</b> {actionText(t, command)}:{' '}
            {error === undefined ? '' : errorSentence(error)}
          </li>
        ))}
      </ul>
    </>
  );
}

interface Props {
  /** Null: nothing is asked. */
  readonly asked: AskedBack | null;
  readonly onClose: () => void;
}

export function GoBackDialog({ asked, onClose }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const { share, go } = useGoingBack();
  const [refused, setRefused] = useState<readonly LabAction[]>([]);
  const isWithout = asked?.kind === 'without';
  const title = isWithout
    ? t('history.withoutTitle', {
        what: `${vmOfCommand(asked.action.command)} ${actionText(t, asked.action.command)}`,
      })
    : t('history.backTitle', { time: format.clock(asked?.at ?? 0) });
  const close = (): void => {
    if (share !== null) client.cancel();
    setRefused([]);
    onClose();
  };
  const begin = async (to: AskedBack): Promise<void> => {
    const there = await go(backTo(to));
    const known = there?.refused ?? [];
    setRefused(known);
    if (known.length === 0) onClose();
  };
  return (
    <Dialog opened={asked !== null} onClose={close} title={title} closeLabel={t('common.close')}>
      <div className={layout['stack']}>
        {refused.length > 0 ? (
          <Refusals refused={refused} />
        ) : (
          <p>{t(isWithout ? 'history.withoutText' : 'history.backText')}</p>
        )}
        {share === null ? null : <Progress value={share * 100} aria-label={title} />}
        <div className={layout['row-end']}>
          <Button variant="default" onClick={close}>
            {t(refused.length > 0 ? 'common.close' : 'common.cancel')}
          </Button>
          {refused.length > 0 ? null : (
            <Button
              disabled={asked === null || share !== null}
              onClick={() => asked !== null && void begin(asked)}
            >
              {t(isWithout ? 'history.without' : 'history.back')}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}
