/** A new VM: from the catalogue or from the person's own kernel and initramfs, by file picker or by dropping files. */
import { Button, Switch } from '@mantine/core';
import { type DragEvent, type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../kit/dialog.tsx';
import layout from '../../kit/layout.module.css';
import texts from '../../kit/texts.module.css';
import { ErrorAlert } from '../../parts/error-text.tsx';
import { useLab } from '../../parts/lab.tsx';
import { useChoices } from '../../state/choices.ts';
import { tellFailure } from '../../state/notices.ts';
import { FileDrop } from './file-drop.tsx';
import { HardwareFields } from './hardware-fields.tsx';
import { MoreFields } from './more-fields.tsx';
import { SoftwareFields } from './software-fields.tsx';
import { type FormPart, useNewVm } from './use-new-vm.ts';

interface EndProps extends FormPart {
  readonly isRefused: boolean;
  readonly onCancel: () => void;
}

function FormEnd({ draft, change, isRefused, onCancel }: EndProps) {
  const { t } = useTranslation();
  return (
    <div className={layout['row-wrap']}>
      <Switch
        size="xs"
        label={t('create.autostart')}
        checked={draft.autostart}
        onChange={(event) => change({ autostart: event.currentTarget.checked })}
      />
      <Switch
        size="xs"
        label={t('create.agent')}
        checked={draft.agent}
        onChange={(event) => change({ agent: event.currentTarget.checked })}
      />
      {draft.agent ? (
        <Switch
          size="xs"
          label={t('create.agentTerminal')}
          checked={draft.agentTerminal}
          onChange={(event) => change({ agentTerminal: event.currentTarget.checked })}
        />
      ) : null}
      <span className={layout['grow']} />
      <Button variant="default" onClick={onCancel}>
        {t('common.cancel')}
      </Button>
      <Button type="submit" disabled={isRefused}>
        {t('create.create')}
      </Button>
    </div>
  );
}

/** Before anything is known of the lab. */
const NO_LAB = { hosts: [], links: [] };

interface Props {
  readonly onClose: () => void;
  /** Given already: they were dropped on the page. */
  readonly files?: readonly File[];
}

export default function CreateVmDialog({ onClose, files }: Props) {
  const { t } = useTranslation();
  const lab = useLab() ?? NO_LAB;
  const { hosts } = lab;
  const [isOver, setIsOver] = useState(false);
  const { form, hostIndex, moveTo, plugInto, images, diskImages, error, isRefused, takeFiles, create } =
    useNewVm(lab);

  const take = (files: readonly File[]): void => {
    takeFiles(files).catch(tellFailure);
  };
  const isReady = form !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: taken once, when it is known which images there are
  useEffect(() => {
    if (isReady && files !== undefined) take(files);
  }, [isReady]);
  const onDragOver = (event: DragEvent): void => {
    event.preventDefault();
    setIsOver(true);
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setIsOver(false);
    take([...event.dataTransfer.files]);
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    create().then((isThere) => isThere && onClose(), tellFailure);
  };
  return (
    <Dialog opened onClose={onClose} title={t('action.newVm')} size="lg" closeLabel={t('common.close')}>
      <form
        className={layout['stack']}
        onDragOver={onDragOver}
        onDragLeave={() => setIsOver(false)}
        onDrop={onDrop}
        onSubmit={onSubmit}
      >
        <ErrorAlert error={error} />
        {form === null ? (
          <p className={texts['quiet']}>{t('common.loading')}</p>
        ) : (
          <>
            <SoftwareFields {...form} hosts={hosts} hostIndex={hostIndex} onHost={moveTo} images={images} />
            <FileDrop isOver={isOver} onFiles={take} />
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => useChoices.getState().openDialog('resume-vm')}
            >
              {t('resume.open')}
            </Button>
            <HardwareFields
              {...form}
              switches={hosts[hostIndex]?.switches ?? []}
              disks={hosts[hostIndex]?.disks ?? []}
              diskImages={diskImages}
              onSwitch={plugInto}
            />
            <MoreFields {...form} />
            <FormEnd {...form} isRefused={isRefused} onCancel={onClose} />
          </>
        )}
      </form>
    </Dialog>
  );
}
