/** The dialogs of the page, one at a time. */
import { lazy, Suspense } from 'react';
import { MomentsDialog } from '../dialogs/going-back/moments-dialog.tsx';
import { useChoices } from '../state/choices.ts';
import { HelpDialog } from './help-dialog.tsx';
import { KeptDialog } from './kept-dialog.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import type { Opening } from './opening.ts';
import { PaletteDialog } from './palette-dialog.tsx';
import { RunToDialog } from './run-to-dialog.tsx';

const CreateVmDialog = lazy(() => import('../dialogs/create-vm/create-vm-dialog.tsx'));
const ResumeDialog = lazy(() => import('../dialogs/vm/resume-dialog.tsx'));
const ShareDialog = lazy(() => import('../dialogs/share/share-dialog.tsx'));

export function Dialogs({ opening }: { readonly opening: Opening }) {
  const dialog = useChoices((state) => state.dialog);
  const close = (): void => useChoices.getState().openDialog(null);
  return (
    <>
      <HelpDialog opened={dialog === 'help'} onClose={close} />
      <PaletteDialog opened={dialog === 'palette'} onClose={close} />
      <KeptDialog opened={dialog === 'kept'} onClose={close} opening={opening} />
      <LeaveDialog leaving={opening.leaving} />
      <MomentsDialog opened={dialog === 'moments'} onClose={close} />
      <RunToDialog opened={dialog === 'run-to'} onClose={close} />
      {dialog === 'share' ? (
        <Suspense fallback={null}>
          <ShareDialog onClose={close} />
        </Suspense>
      ) : null}
      {dialog === 'create-vm' ? (
        <Suspense fallback={null}>
          <CreateVmDialog onClose={close} />
        </Suspense>
      ) : null}
      {dialog === 'resume-vm' ? (
        <Suspense fallback={null}>
          <ResumeDialog onClose={close} />
        </Suspense>
      ) : null}
    </>
  );
}
