/** The dialogs of the page, one at a time. */
import { lazy, Suspense } from 'react';
import { useChoices } from '../state/choices.ts';
import { HelpDialog } from './help-dialog.tsx';
import { PaletteDialog } from './palette-dialog.tsx';
import { ShareDialog } from './share-dialog.tsx';

const CreateVmDialog = lazy(() => import('../dialogs/create-vm/create-vm-dialog.tsx'));

export function Dialogs() {
  const dialog = useChoices((state) => state.dialog);
  const close = (): void => useChoices.getState().openDialog(null);
  return (
    <>
      <HelpDialog opened={dialog === 'help'} onClose={close} />
      <PaletteDialog opened={dialog === 'palette'} onClose={close} />
      <ShareDialog opened={dialog === 'share'} onClose={close} />
      {dialog === 'create-vm' ? (
        <Suspense fallback={null}>
          <CreateVmDialog onClose={close} />
        </Suspense>
      ) : null}
    </>
  );
}
