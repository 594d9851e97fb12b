/** The VM as it is, elsewhere: as a clone beside it, or as a file for another lab. */

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { failureOf } from '#bridge/client/worker-client';
import type { VmDescription } from '#bridge/protocol/answers';
import layout from '../../../kit/layout.module.css';
import { saveFile } from '../../../kit/save-file.ts';
import { SmallButton } from '../../../kit/small-button.tsx';
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
        <SmallButton icon="copy" onClick={onClone}>
          {t('clone.open')}
        </SmallButton>
        <SmallButton icon="download" loading={busy} onClick={() => void suspend()}>
          {t('snapshots.suspend')}
        </SmallButton>
        <SmallButton icon="file" onClick={() => useChoices.getState().openDialog('resume-vm')}>
          {t('resume.open')}
        </SmallButton>
      </div>
    </section>
  );
}
