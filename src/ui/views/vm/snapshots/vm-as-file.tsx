/** The VM as it is, elsewhere: as a clone beside it, or as a file for another lab. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { failureOf } from '#bridge/client/worker-client';
import type { VmDescription } from '#bridge/protocol/answers';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import { saveFile } from '../../../kit/save-file.ts';
import texts from '../../../kit/texts.module.css';
import { useClient, useCommand } from '../../../parts/lab.tsx';
import { useChoices } from '../../../state/choices.ts';
import { tell, tellError } from '../../../state/notices.ts';

interface Props {
  readonly host: number;
  readonly vm: VmDescription;
  readonly onClone: () => void;
}

export function VmAsFile({ host, vm, onClone }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const command = useCommand();
  const [busy, setBusy] = useState(false);
  const { name } = vm.spec;
  const suspend = async (): Promise<void> => {
    setBusy(true);
    const stands = vm.state !== 'running' || (await command(host, { op: 'vm.pause', args: { vm: name } }));
    const file = stands ? await client.ask(host, 'vm-file', { vm: name }).catch(failureOf) : undefined;
    setBusy(false);
    if (file?.ok === false) tellError(file.error);
    if (file?.ok !== true) return;
    saveFile(file.value.value, `${name}.vm`);
    tell(vm.state === 'running' ? 'snapshots.suspended' : 'snapshots.savedAsFile', { vm: name });
  };
  return (
    <section className={layout['stack']}>
      <h3>{t('snapshots.elsewhere')}</h3>
      <p className={texts['quiet']}>{t('snapshots.elsewhereText')}</p>
      <div className={layout['row-wrap']}>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<Icon name="copy" size={14} />}
          onClick={onClone}
        >
          {t('clone.open')}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          loading={busy}
          leftSection={<Icon name="download" size={14} />}
          onClick={() => void suspend()}
        >
          {t('snapshots.suspend')}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<Icon name="file" size={14} />}
          onClick={() => useChoices.getState().openDialog('resume-vm')}
        >
          {t('resume.open')}
        </Button>
      </div>
    </section>
  );
}
