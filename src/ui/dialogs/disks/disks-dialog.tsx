/** Disk images that the browser keeps: taken in by dropping files or by choosing them, saved as files, deleted. */
import { Button, FileButton } from '@mantine/core';
import { type CSSProperties, type DragEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KeptImage } from '#bridge/protocol/disks';
import { Confirm } from '../../kit/confirm.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import layout from '../../kit/layout.module.css';
import { Meter } from '../../kit/meter.tsx';
import { ScrollX } from '../../kit/scroll-x.tsx';
import table from '../../kit/table.module.css';
import texts from '../../kit/texts.module.css';
import { ErrorAlert } from '../../parts/error-text.tsx';
import { useFormat } from '../../parts/lab.tsx';
import { tellFailure } from '../../state/notices.ts';
import css from './disks.module.css';
import { imageTree } from './image-tree.ts';
import { type Disks, useDisks } from './use-disks.ts';

interface RowProps {
  readonly image: KeptImage;
  readonly depth: number;
  readonly disks: Disks;
  readonly onDelete: () => void;
}

/** Digits of a name by which people tell layers apart. */
const SHORT_NAME = 12;

function ImageRow({ image, depth, disks, onDelete }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { layer, title, sizeBytes, bytes, usedBy } = image;
  return (
    <tr>
      <td>
        <div className={css['title']} style={{ '--depth': depth } as CSSProperties}>
          <span>{title}</span>
          <span className={css['layer']} title={layer}>
            {layer.slice(0, SHORT_NAME)}
          </span>
        </div>
      </td>
      <td className={table['number']}>{format.bytes(sizeBytes)}</td>
      <td className={table['number']}>{format.bytes(bytes)}</td>
      <td>{usedBy.join(', ')}</td>
      <td>
        <div className={layout['row']}>
          {(['qcow2', 'raw'] as const).map((as) => (
            <Button
              key={as}
              size="compact-xs"
              variant="default"
              aria-label={t('disks.saveAs', { name: title, format: as })}
              onClick={() => void disks.save(image, as).catch(tellFailure)}
            >
              {as}
            </Button>
          ))}
          <Button
            size="compact-xs"
            variant="default"
            aria-label={t('disks.deleteOne', { name: title })}
            onClick={onDelete}
          >
            {t('disks.delete')}
          </Button>
        </div>
      </td>
    </tr>
  );
}

function Images({
  disks,
  onDelete,
}: {
  readonly disks: Disks;
  readonly onDelete: (image: KeptImage) => void;
}) {
  const { t } = useTranslation();
  const { report } = disks;
  if (report === null) return <p className={texts['quiet']}>{t('common.loading')}</p>;
  if (report.images.length === 0) return <p className={texts['quiet']}>{t('disks.none')}</p>;
  return (
    <ScrollX label={t('disks.title')}>
      <table className={table['table']}>
        <thead>
          <tr>
            <th>{t('disks.image')}</th>
            <th className={table['number']}>{t('disks.size')}</th>
            <th className={table['number']}>{t('disks.takes')}</th>
            <th>{t('disks.usedBy')}</th>
            <th>{t('disks.saveOrDelete')}</th>
          </tr>
        </thead>
        <tbody>
          {imageTree(report.images).map(({ image, depth }) => (
            <ImageRow key={image.layer} {...{ image, depth, disks }} onDelete={() => onDelete(image)} />
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

interface Props {
  readonly onClose: () => void;
  /** Given already: they were dropped on the page. */
  readonly files?: readonly File[];
}

export default function DisksDialog({ onClose, files }: Props) {
  const { t } = useTranslation();
  const disks = useDisks();
  const { report, error, reading } = disks;
  const [asks, setAsks] = useState<KeptImage | null>(null);
  const take = (given: readonly File[]): void => void disks.take(given).catch(tellFailure);
  // biome-ignore lint/correctness/useExhaustiveDependencies: taken once, when the dialog opens
  useEffect(() => {
    if (files !== undefined) take(files);
  }, []);
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    take([...event.dataTransfer.files]);
  };
  return (
    <Dialog opened onClose={onClose} title={t('disks.title')} size="lg" closeLabel={t('common.close')}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: files can be chosen by keyboard with the button */}
      <div className={layout['stack']} onDragOver={(event) => event.preventDefault()} onDrop={onDrop}>
        <p className={texts['quiet']}>{t('disks.text')}</p>
        {report?.lasts === false ? <p>{t('disks.doesNotLast')}</p> : null}
        <ErrorAlert error={error} />
        <Images disks={disks} onDelete={setAsks} />
        {reading === null ? (
          <div className={layout['row-wrap']}>
            <FileButton multiple onChange={(given) => take(given)}>
              {(props) => (
                <Button size="compact-sm" variant="default" {...props}>
                  {t('disks.choose')}
                </Button>
              )}
            </FileButton>
            <span className={texts['quiet']}>{t('disks.drop')}</span>
          </div>
        ) : (
          <>
            <Meter
              label={t('disks.reading', { name: reading.name })}
              text={t('disks.percent', { percent: Math.floor(100 * reading.fraction) })}
              fraction={reading.fraction}
            />
            <div className={layout['row-end']}>
              <Button size="compact-sm" variant="default" onClick={disks.cancel}>
                {t('common.cancel')}
              </Button>
            </div>
          </>
        )}
        <Confirm
          opened={asks !== null}
          onClose={() => setAsks(null)}
          onConfirm={() => {
            if (asks !== null) disks.remove(asks).catch(tellFailure);
            setAsks(null);
          }}
          title={t('disks.deleteTitle')}
          text={t('disks.deleteText', { name: asks?.title ?? '' })}
          confirmLabel={t('disks.delete')}
          cancelLabel={t('common.cancel')}
          closeLabel={t('common.close')}
        />
      </div>
    </Dialog>
  );
}
