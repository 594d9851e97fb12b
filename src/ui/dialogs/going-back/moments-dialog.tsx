/** The moments that are kept, from wherever one is. */
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../kit/dialog.tsx';
import { KeptMoments } from './kept-moments.tsx';

export function MomentsDialog({
  opened,
  onClose,
}: {
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={t('moments.title')}
      closeLabel={t('common.close')}
      size="lg"
    >
      <KeptMoments />
    </Dialog>
  );
}
