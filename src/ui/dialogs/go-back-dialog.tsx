/**
 * Taking the lab back to a time that it has passed. It asks first, since what was done later is no part of the lab then; it shows
 * how far the run is repeated, and can be cancelled: the lab stays as it is until the past is there.
 */
import { Button, Progress } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../kit/dialog.tsx';
import layout from '../kit/layout.module.css';
import { useClient, useFormat } from '../parts/lab.tsx';
import { tell, tellError, tellFailure } from '../state/notices.ts';

interface Props {
  /** Virtual time, in nanoseconds; null: nothing is asked. */
  readonly to: number | null;
  readonly onClose: () => void;
}

export function GoBackDialog({ to, onClose }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  /** How much of the way is repeated, 0..1; null: it has not begun. */
  const [share, setShare] = useState<number | null>(null);
  const time = format.clock(to ?? 0);
  const close = (): void => {
    if (share !== null) client.cancel();
    onClose();
  };
  const go = async (at: number): Promise<void> => {
    setShare(0);
    try {
      const done = await client.goBack({ kind: 'time', at }, (progress) =>
        setShare(progress.total === undefined || progress.total === 0 ? 0 : progress.done / progress.total),
      );
      if (done.ok) tell('notice.wentBack', { time });
      else if (done.error.code !== 'cancelled') tellError(done.error);
    } catch (error) {
      tellFailure(error);
    }
    setShare(null);
    onClose();
  };
  return (
    <Dialog
      opened={to !== null}
      onClose={close}
      title={t('history.backTitle', { time })}
      closeLabel={t('common.close')}
    >
      <div className={layout['stack']}>
        <p>{t('history.backText')}</p>
        {share === null ? null : (
          <Progress value={share * 100} aria-label={t('history.backTitle', { time })} />
        )}
        <div className={layout['row-end']}>
          <Button variant="default" onClick={close}>
            {t('common.cancel')}
          </Button>
          <Button disabled={to === null || share !== null} onClick={() => void go(to ?? 0)}>
            {t('history.back')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
