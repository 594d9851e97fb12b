/** Files that are dropped anywhere on the page: it says what they are, and offers what they are good for. */
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileFormat } from '#base/catalogue/file-formats';
import { Dialog } from '../kit/dialog.tsx';
import { soon } from '../kit/later.tsx';
import layout from '../kit/layout.module.css';
import texts from '../kit/texts.module.css';
import { readFile } from '../parts/read-file.ts';
import { tellError, tellFailure } from '../state/notices.ts';
import { type DroppedUse, usesOf } from './dropped-use.ts';
import type { Opening } from './opening.ts';

const CreateVmDialog = soon(() => import('../dialogs/create-vm/create-vm-dialog.tsx'));
const DisksDialog = soon(() => import('../dialogs/disks/disks-dialog.tsx'));
const ResumeDialog = soon(() => import('../dialogs/vm/resume-dialog.tsx'));

/** So much of a file says whether it is a disk. */
const LOOKED_AT_BYTES = 0x1_1000;

/** Files that lie here: several, when they are kernel and initramfs. */
interface Dropped {
  readonly files: readonly File[];
  readonly first: { readonly name: string; readonly bytes: Uint8Array };
  /** Of the first. */
  readonly format: FileFormat | undefined;
  /** Chosen: what is being done with them. */
  readonly doing: DroppedUse | null;
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') === true;
}

/** Files that nothing else on the page has taken; without this, the browser would leave the lab and show them. */
function useDropped(): [Dropped | null, (dropped: Dropped | null) => void] {
  const [dropped, setDropped] = useState<Dropped | null>(null);
  useEffect(() => {
    const onDragOver = (event: DragEvent): void => {
      if (carriesFiles(event)) event.preventDefault();
    };
    const take = async (files: readonly File[]): Promise<void> => {
      const [file] = files;
      if (file === undefined) return;
      const head = file.slice(0, LOOKED_AT_BYTES);
      // Disks may be larger than anything that is read at once.
      const { formatOf } = await import('#base/catalogue/file-formats');
      const uses = usesOf(formatOf(new Uint8Array(await head.arrayBuffer())), file.size);
      const read = await readFile(uses.includes('disk') ? new File([head], file.name) : file);
      if (!read.ok) tellError(read.error);
      else {
        const first = { name: file.name, bytes: read.value };
        setDropped({ files, first, format: formatOf(first.bytes), doing: null });
      }
    };
    const onDrop = (event: DragEvent): void => {
      if (event.defaultPrevented || !carriesFiles(event)) return;
      event.preventDefault();
      take([...(event.dataTransfer?.files ?? [])]).catch(tellFailure);
    };
    window.addEventListener('dragover', onDragOver);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onDragOver);
      window.removeEventListener('drop', onDrop);
    };
  }, []);
  return [dropped, setDropped];
}

export function DroppedFiles({ opening }: { readonly opening: Opening }) {
  const { t } = useTranslation();
  const [dropped, setDropped] = useDropped();
  if (dropped === null) return null;
  const { files, first, format, doing } = dropped;
  const close = (): void => setDropped(null);
  if (doing === 'newVm') return <CreateVmDialog onClose={close} files={files} />;
  if (doing === 'disk') return <DisksDialog onClose={close} files={files} />;
  if (doing === 'resume') return <ResumeDialog onClose={close} file={files[0]} />;
  const uses = usesOf(format, files[0]?.size ?? 0);
  const doIt = (use: DroppedUse): void => {
    if (use === 'lab') opening.open({ kind: 'state', bytes: first.bytes });
    setDropped(use === 'lab' ? null : { ...dropped, doing: use });
  };
  return (
    <Dialog opened onClose={close} title={t('dropped.title')} closeLabel={t('common.close')}>
      <div className={layout['stack']}>
        <p>
          {t('dropped.is', {
            name: first.name,
            format: format === undefined ? t('dropped.unmarked') : t(`fileFormat.${format.id}`),
          })}
        </p>
        {uses.length === 0 ? (
          <p className={texts['quiet']}>
            {t('dropped.none', { advice: format === undefined ? '' : t(`fileAdvice.${format.kind}`) })}
          </p>
        ) : null}
        <div className={layout['row-end']}>
          <Button variant="default" onClick={close}>
            {t('common.cancel')}
          </Button>
          {/* The most likely one last, where people look for it. */}
          {uses.toReversed().map((use) => (
            <Button
              key={use}
              variant={use === uses[0] ? 'filled' : 'default'}
              onClick={() => doIt(use)}
              data-autofocus={use === uses[0] || undefined}
            >
              {t(`dropped.${use}`)}
            </Button>
          ))}
        </div>
      </div>
    </Dialog>
  );
}
