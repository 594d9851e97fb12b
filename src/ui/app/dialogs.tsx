/** The dialogs of the page, one at a time. Their code comes once the lab is drawn, or when one is asked for. */
import { useEffect, useState } from 'react';
import { later, soon } from '../kit/later.tsx';
import { whenIdle } from '../kit/when-idle.ts';
import { useChoices } from '../state/choices.ts';
import type { Opening } from './opening.ts';

const StandingDialogs = later(() => import('./standing-dialogs.tsx'));
const CreateVmDialog = soon(() => import('../dialogs/create-vm/create-vm-dialog.tsx'));
const ResumeDialog = soon(() => import('../dialogs/vm/resume-dialog.tsx'));
const DisksDialog = soon(() => import('../dialogs/disks/disks-dialog.tsx'));
const ShareDialog = soon(() => import('../dialogs/share/share-dialog.tsx'));

/** False until the page has nothing else to do for the first time. */
function useIdle(): boolean {
  const [isIdle, setIdle] = useState(false);
  useEffect(() => {
    let live = true;
    void whenIdle().then(() => {
      if (live) setIdle(true);
    });
    return () => {
      live = false;
    };
  }, []);
  return isIdle;
}

export function Dialogs({ opening }: { readonly opening: Opening }) {
  const dialog = useChoices((state) => state.dialog);
  const isIdle = useIdle();
  const close = (): void => useChoices.getState().openDialog(null);
  return (
    <>
      {isIdle || dialog !== null || opening.leaving !== null ? (
        <StandingDialogs dialog={dialog} opening={opening} onClose={close} />
      ) : null}
      {dialog === 'share' ? <ShareDialog onClose={close} /> : null}
      {dialog === 'disks' ? <DisksDialog onClose={close} /> : null}
      {dialog === 'create-vm' ? <CreateVmDialog onClose={close} /> : null}
      {dialog === 'resume-vm' ? <ResumeDialog onClose={close} /> : null}
    </>
  );
}
