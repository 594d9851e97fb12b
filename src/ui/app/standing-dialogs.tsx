/** Dialogs that are there while they are closed, so that each gives the focus back to where it was before. */
import { MomentsDialog } from '../dialogs/going-back/moments-dialog.tsx';
import type { DialogName } from '../state/choices.ts';
import { HelpDialog } from './help-dialog.tsx';
import { KeptDialog } from './kept-dialog.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import type { Opening } from './opening.ts';
import { PaletteDialog } from './palette-dialog.tsx';
import { RunToDialog } from './run-to-dialog.tsx';

interface Props {
  readonly dialog: DialogName | null;
  readonly opening: Opening;
  readonly onClose: () => void;
}

export default function StandingDialogs({ dialog, opening, onClose }: Props) {
  return (
    <>
      <HelpDialog opened={dialog === 'help'} onClose={onClose} />
      <PaletteDialog opened={dialog === 'palette'} onClose={onClose} />
      <KeptDialog opened={dialog === 'kept'} onClose={onClose} opening={opening} />
      <LeaveDialog leaving={opening.leaving} />
      <MomentsDialog opened={dialog === 'moments'} onClose={onClose} />
      <RunToDialog opened={dialog === 'run-to'} onClose={onClose} />
    </>
  );
}
