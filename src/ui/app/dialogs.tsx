/**
 * The dialogs of the page, one at a time. Their code comes once the lab is drawn, or when one is asked for; the page does without those
 * whose code cannot be had.
 */
import { useEffect, useRef, useState } from 'react';
import { ErrorBoundary } from '../kit/error-boundary.tsx';
import { later, soon } from '../kit/later.tsx';
import { whenIdle } from '../kit/when-idle.ts';
import { useChoices } from '../state/choices.ts';
import { tellError } from '../state/notices.ts';
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

interface MissingProps {
  readonly message: string;
  readonly isWanted: boolean;
  readonly retry: () => void;
  readonly onGiveUp: () => void;
}

/** In the place of dialogs whose code could not be had: it is asked for again with the next one that is wanted, and what fails then is told. */
function Missing({ message, isWanted, retry, onGiveUp }: MissingProps) {
  const isTriedAgain = useRef(!isWanted);
  const latest = useRef({ retry, onGiveUp });
  latest.current = { retry, onGiveUp };
  useEffect(() => {
    if (!isWanted) {
      isTriedAgain.current = true;
    } else if (isTriedAgain.current) {
      latest.current.retry();
    } else {
      tellError({ code: 'internal', data: { message } });
      latest.current.onGiveUp();
    }
  }, [isWanted, message]);
  return null;
}

export function Dialogs({ opening }: { readonly opening: Opening }) {
  const dialog = useChoices((state) => state.dialog);
  const isIdle = useIdle();
  const close = (): void => useChoices.getState().openDialog(null);
  const isWanted = dialog !== null || opening.leaving !== null;
  const giveUp = (): void => {
    close();
    opening.leaving?.stay();
  };
  return (
    <ErrorBoundary
      fallback={(message, retry) => (
        <Missing message={message} isWanted={isWanted} retry={retry} onGiveUp={giveUp} />
      )}
    >
      {isIdle || isWanted ? <StandingDialogs dialog={dialog} opening={opening} onClose={close} /> : null}
      {dialog === 'share' ? <ShareDialog onClose={close} /> : null}
      {dialog === 'disks' ? <DisksDialog onClose={close} /> : null}
      {dialog === 'create-vm' ? <CreateVmDialog onClose={close} /> : null}
      {dialog === 'resume-vm' ? <ResumeDialog onClose={close} /> : null}
    </ErrorBoundary>
  );
}
