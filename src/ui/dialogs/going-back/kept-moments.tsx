/** The moments of this lab that the browser keeps, newest first: when, what was done last before, and the way to each in one click. */
import { Button, Progress } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KeepingReport, KeptCheckpoint } from '#bridge/protocol/keeping';
import type { LabAction } from '#bridge/protocol/lab-api';
import { useShown } from '../../kit/frame-clock.ts';
import layout from '../../kit/layout.module.css';
import { ScrollX } from '../../kit/scroll-x.tsx';
import table from '../../kit/table.module.css';
import texts from '../../kit/texts.module.css';
import { actionText, vmOfCommand } from '../../parts/action-text.ts';
import { useClient, useFormat } from '../../parts/lab.tsx';
import { tellFailure } from '../../state/notices.ts';
import { useGoingBack } from './use-going-back.ts';

interface Kept {
  readonly report: KeepingReport;
  /** Newest first. */
  readonly actions: readonly LabAction[];
}

/** What is kept, looked up again whenever that changes. */
function useKept(): Kept | null {
  const client = useClient();
  const [kept, setKept] = useState<Kept | null>(null);
  const newest = useShown(1, () => client.keeping().newest);
  const lab = client.lab();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another checkpoint, or another lab, is why it is looked again
  useEffect(() => {
    let live = true;
    Promise.all([client.calls.keeping(), client.calls.history()])
      .then(([report, history]) => {
        if (live) setKept({ report, actions: history.ok ? history.value : [] });
      })
      .catch(tellFailure);
    return () => {
      live = false;
    };
  }, [client, newest, lab]);
  return kept;
}

interface RowProps {
  readonly at: number;
  readonly what: string;
  readonly when?: string;
  readonly isBusy: boolean;
  readonly onGo: () => void;
}

function Row({ at, what, when = '', isBusy, onGo }: RowProps) {
  const { t } = useTranslation();
  const time = useFormat().clock(at);
  return (
    <tr>
      <td className={texts['mono']}>{time}</td>
      <td>{what}</td>
      <td>{when}</td>
      <td>
        <Button
          size="compact-sm"
          variant="default"
          disabled={isBusy}
          aria-label={t('moments.goTo', { time })}
          onClick={onGo}
        >
          {t('history.back')}
        </Button>
      </td>
    </tr>
  );
}

export function KeptMoments() {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const kept = useKept();
  const { share, go } = useGoingBack();
  if (kept === null) return <p className={texts['quiet']}>{t('common.loading')}</p>;
  const { report, actions } = kept;
  const moments = [...report.checkpoints].reverse();
  const oldest = report.checkpoints.find(({ ofThisRun }) => ofThisRun);
  const around = ({ at, ofThisRun }: KeptCheckpoint): string => {
    if (!ofThisRun) return t('moments.otherRun');
    const last = actions.find((action) => action.at <= at);
    return last === undefined
      ? t('moments.nothingYet')
      : t('moments.after', { what: `${vmOfCommand(last.command)} ${actionText(t, last.command)}` });
  };
  const isBusy = share !== null;
  return (
    <div className={layout['stack']}>
      <p className={texts['quiet']}>
        {oldest === undefined
          ? t('moments.none')
          : t('moments.reach', { time: format.clock(oldest.at), count: moments.length })}
      </p>
      {isBusy ? (
        <div className={layout['row']}>
          <Progress className={layout['grow'] ?? ''} value={share * 100} aria-label={t('moments.title')} />
          <Button size="compact-sm" variant="default" onClick={() => client.cancel()}>
            {t('common.cancel')}
          </Button>
        </div>
      ) : null}
      <ScrollX label={t('moments.title')}>
        <table className={table['table']} data-testid="moments">
          <thead>
            <tr>
              {(['at', 'around', 'when', 'back'] as const).map((column) => (
                <th key={column}>{t(`moments.column.${column}`)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {moments.map((moment) => (
              <Row
                key={moment.number}
                at={moment.at}
                what={around(moment)}
                when={format.moment(moment.takenAtMs)}
                isBusy={isBusy}
                onGo={() => void go({ kind: 'checkpoint', number: moment.number })}
              />
            ))}
            <Row
              at={0}
              what={t('moments.beginning')}
              isBusy={isBusy}
              onGo={() => void go({ kind: 'time', at: 0 })}
            />
          </tbody>
        </table>
      </ScrollX>
    </div>
  );
}
