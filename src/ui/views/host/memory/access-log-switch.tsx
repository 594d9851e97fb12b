/** Whether the host notes when pages are accessed: without, ages and heat are not known. */
import { Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCommand } from '../../../parts/lab.tsx';

export function AccessLogSwitch({ index, isOn }: { readonly index: number; readonly isOn: boolean }) {
  const { t } = useTranslation();
  const command = useCommand();
  return (
    <Switch
      label={t('frames.note')}
      description={t('frames.noteHint')}
      checked={isOn}
      onChange={(event) =>
        void command(index, { op: 'host.setAccessLog', args: { on: event.currentTarget.checked } })
      }
    />
  );
}
