/**
 * What the browser keeps: disk images and layers, disks that last, labs with their checkpoints. Images are taken in by dropping files or
 * by choosing them; what is kept is saved as a file, or deleted where nobody needs it.
 */
import { Button, FileButton } from '@mantine/core';
import { type DragEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BUILTIN_LABS } from '#base/catalogue/builtin-labs';
import type { DiskReport, KeptThing } from '#bridge/protocol/disks';
import { Confirm } from '../../kit/confirm.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import layout from '../../kit/layout.module.css';
import { Meter } from '../../kit/meter.tsx';
import texts from '../../kit/texts.module.css';
import { ErrorAlert } from '../../parts/error-text.tsx';
import { useFormat } from '../../parts/lab.tsx';
import { tellFailure } from '../../state/notices.ts';
import { imageTree } from './image-tree.ts';
import { type KeptRow, KeptTable } from './kept-table.tsx';
import { type Disks, useDisks } from './use-disks.ts';

/** Digits of a name by which people tell layers apart. */
const SHORT_NAME = 12;
const FORMATS = ['qcow2', 'raw'] as const;

/** What is to be deleted, and what people call it. Stray files go unasked. */
interface Asked {
  readonly thing: Exclude<KeptThing, { readonly kind: 'strays' }>;
  readonly name: string;
}
interface PartProps {
  readonly report: DiskReport;
  readonly disks: Disks;
  readonly onDelete: (asked: Asked) => void;
}

/** What can be done with a thing that is kept, which people call `called`. */
function useActions({ disks, onDelete }: Omit<PartProps, 'report'>) {
  const { t } = useTranslation();
  return {
    saves: (kind: 'image' | 'disk', name: string, called: string): KeptRow['actions'] =>
      FORMATS.map((as) => ({
        label: as,
        of: t('disks.saveAs', { name: called, format: as }),
        run: () => void disks.save(kind, name, called, as).catch(tellFailure),
      })),
    deletes: (thing: Asked['thing'], called: string): KeptRow['actions'][number] => ({
      label: t('disks.delete'),
      of: t('disks.deleteOne', { name: called }),
      run: () => onDelete({ thing, name: called }),
    }),
  };
}

function Images({ report, ...on }: PartProps) {
  const { t } = useTranslation();
  const { saves, deletes } = useActions(on);
  const rows = imageTree(report.images).map(({ image, depth }) => {
    const { layer, title, usedBy } = image;
    return {
      ...{ ...image, id: layer, depth, usedBy: usedBy.join(', ') },
      note: { text: layer.slice(0, SHORT_NAME), whole: layer },
      actions: [...saves('image', layer, title), deletes({ kind: 'image', name: layer }, title)],
    };
  });
  return (
    <KeptTable title={t('disks.images')} what={t('disks.image')} rows={rows}>
      {rows.length === 0 ? <p className={texts['quiet']}>{t('disks.none')}</p> : null}
    </KeptTable>
  );
}

function LastingDisks({ report, ...on }: PartProps) {
  const { t } = useTranslation();
  const { saves, deletes } = useActions(on);
  const rows = report.disks.map((disk) => {
    const { name, state, usedBy } = disk;
    const who = state === 'elsewhere' ? [...usedBy, t('disks.elsewhere')] : usedBy;
    const takes = {
      ...{ label: t('disks.takeOver'), of: t('disks.takeOverOne', { name }) },
      run: () => void on.disks.takeOver(name).catch(tellFailure),
    };
    return {
      ...{ ...disk, id: name, title: name, usedBy: who.join(', ') },
      actions: [
        ...saves('disk', name, name),
        ...(state === 'changed' ? [takes] : []),
        deletes({ kind: 'disk', name }, name),
      ],
    };
  });
  if (rows.length === 0) return null;
  return (
    <KeptTable title={t('disks.lasting')} what={t('disks.disk')} rows={rows}>
      {report.disks.some(({ state }) => state === 'changed') ? <p>{t('disks.changedElsewhere')}</p> : null}
    </KeptTable>
  );
}

function Labs({ report, ...on }: PartProps) {
  const { t } = useTranslation();
  const { deletes } = useActions(on);
  const rows = report.labs.map(({ key, title, bytes, takenAtMs, isOpen }) => {
    const builtin = BUILTIN_LABS.find(({ id }) => key === `builtin-${id}`);
    const called = title || (builtin === undefined ? t('labs.untitled') : t(`labs.${builtin.id}.title`));
    return {
      ...{ id: key, title: called, bytes, changedMs: takenAtMs, usedBy: isOpen ? t('disks.openLab') : '' },
      actions: isOpen ? [] : [deletes({ kind: 'lab', name: key }, called)],
    };
  });
  return rows.length === 0 ? null : <KeptTable title={t('disks.labs')} what={t('disks.lab')} rows={rows} />;
}

/** How much of what the browser gives is used, and what of it nobody needs. */
function Room({ report, disks }: Omit<PartProps, 'onDelete'>) {
  const { t } = useTranslation();
  const format = useFormat();
  const { room, strays } = report;
  return (
    <>
      {room === undefined ? null : (
        <Meter
          label={t('disks.room')}
          text={format.usedOf(room.usedBytes, room.quotaBytes)}
          fraction={room.quotaBytes === 0 ? 0 : room.usedBytes / room.quotaBytes}
        />
      )}
      {strays.count === 0 ? null : (
        <div className={layout['row-wrap']}>
          <span>{t('disks.strays', { count: strays.count, bytes: format.bytes(strays.bytes) })}</span>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => void disks.remove({ kind: 'strays' }).catch(tellFailure)}
          >
            {t('disks.deleteStrays')}
          </Button>
        </div>
      )}
    </>
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
  const { report, error, working } = disks;
  const [asks, setAsks] = useState<Asked | null>(null);
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
    <Dialog opened onClose={onClose} title={t('action.disks')} size="xl" closeLabel={t('common.close')}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: files can be chosen by keyboard with the button */}
      <div className={layout['stack']} onDragOver={(event) => event.preventDefault()} onDrop={onDrop}>
        <p className={texts['quiet']}>{t('disks.text')}</p>
        {report?.lasts === false ? <p>{t('disks.doesNotLast')}</p> : null}
        <ErrorAlert error={error} />
        {report === null ? (
          <p className={texts['quiet']}>{t('common.loading')}</p>
        ) : (
          <>
            <Room {...{ report, disks }} />
            <Images {...{ report, disks }} onDelete={setAsks} />
          </>
        )}
        {working === null ? (
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
              label={t(`disks.${working.kind}`, { name: working.name })}
              text={t('disks.percent', { percent: Math.floor(100 * working.fraction) })}
              fraction={working.fraction}
            />
            <div className={layout['row-end']}>
              <Button size="compact-sm" variant="default" onClick={disks.cancel}>
                {t('common.cancel')}
              </Button>
            </div>
          </>
        )}
        {report === null ? null : (
          <>
            <LastingDisks {...{ report, disks }} onDelete={setAsks} />
            <Labs {...{ report, disks }} onDelete={setAsks} />
          </>
        )}
        <Confirm
          opened={asks !== null}
          onClose={() => setAsks(null)}
          onConfirm={() => {
            if (asks !== null) disks.remove(asks.thing).catch(tellFailure);
            setAsks(null);
          }}
          title={t(`disks.deleteTitle.${asks?.thing.kind ?? 'image'}`)}
          text={t('disks.deleteText', { name: asks?.name ?? '' })}
          confirmLabel={t('disks.delete')}
          cancelLabel={t('common.cancel')}
          closeLabel={t('common.close')}
        />
      </div>
    </Dialog>
  );
}
