/** Asks before work is lost: another lab is to be opened, and what was done in this one is kept nowhere. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../kit/dialog.tsx';
import layout from '../kit/layout.module.css';
import type { Leaving } from './opening.ts';
import { useSavedLab } from './use-saved-lab.ts';

export function LeaveDialog({ leaving }: { readonly leaving: Leaving | null }) {
  const { t } = useTranslation();
  const { busy, save } = useSavedLab();
  const isAnew = leaving?.what === 'anew';
  const stay = (): void => leaving?.stay();
  return (
    <Dialog
      opened={leaving !== null}
      onClose={stay}
      title={t(isAnew ? 'leaving.anewTitle' : 'leaving.title')}
      closeLabel={t('common.close')}
    >
      <div className={layout['stack']}>
        <p>{t(isAnew ? 'leaving.anewText' : 'leaving.text')}</p>
        <div className={layout['row-wrap']}>
          <Button loading={busy} onClick={() => void save()} data-autofocus>
            {t('keeping.save')}
          </Button>
          <Button variant="default" onClick={stay}>
            {t('leaving.stay')}
          </Button>
          <Button variant="default" color="red" onClick={() => leaving?.leave()}>
            {t(isAnew ? 'keeping.anew' : 'leaving.leave')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
