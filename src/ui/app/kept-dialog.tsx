/** What the browser keeps: the checkpoints of the open lab, the room for all labs; and the lab as a file. */
import { Button, FileButton, SegmentedControl } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { failureOf } from '#bridge/client/worker-client';
import type { KeepingReport } from '#bridge/protocol/keeping';
import { Confirm } from '../kit/confirm.tsx';
import { Dialog } from '../kit/dialog.tsx';
import layout from '../kit/layout.module.css';
import { Meter } from '../kit/meter.tsx';
import table from '../kit/table.module.css';
import texts from '../kit/texts.module.css';
import { useClient, useFormat } from '../parts/lab.tsx';
import { readFile } from '../parts/read-file.ts';
import { useChoices } from '../state/choices.ts';
import { tell, tellError, tellFailure } from '../state/notices.ts';
import { LinkField } from './link-field.tsx';
import type { Opening } from './opening.ts';
import { useSavedLab } from './use-saved-lab.ts';

const MIB: number = 1024 * 1024;
/** Room that a person can choose. */
const ROOMS: readonly number[] = [0, 64 * MIB, 256 * MIB, 1024 * MIB];

interface BodyProps {
  readonly opening: Opening;
  readonly onClose: () => void;
}

/** The lab as a file, and a lab from one. */
function Files({ opening, onClose }: BodyProps) {
  const { t } = useTranslation();
  const { busy, save } = useSavedLab();
  const openLab = async (file: File | null): Promise<void> => {
    if (file === null) return;
    const read = await readFile(file);
    if (!read.ok) return tellError(read.error);
    opening.open({ kind: 'state', bytes: read.value });
    onClose();
  };
  return (
    <section className={layout['stack']}>
      <h3>{t('keeping.file')}</h3>
      <p className={texts['quiet']}>{t('keeping.fileText')}</p>
      <div className={layout['row-wrap']}>
        <Button size="compact-sm" variant="default" loading={busy} onClick={() => void save()}>
          {t('keeping.save')}
        </Button>
        <FileButton onChange={(file) => void openLab(file).catch(tellFailure)}>
          {(props) => (
            <Button size="compact-sm" variant="default" {...props}>
              {t('keeping.open')}
            </Button>
          )}
        </FileButton>
        <LinkField opening={opening} onOpen={onClose} />
      </div>
    </section>
  );
}

/** Newest first. */
function Checkpoints({ report }: { readonly report: KeepingReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (report.checkpoints.length === 0) return null;
  return (
    <table className={table['table']}>
      <thead>
        <tr>
          <th>{t('keeping.at')}</th>
          <th>{t('keeping.when')}</th>
        </tr>
      </thead>
      <tbody>
        {[...report.checkpoints].reverse().map(({ number, at, takenAtMs }) => (
          <tr key={number}>
            <td>{format.clock(at)}</td>
            <td>{format.moment(takenAtMs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The room for all kept labs, and how much of it is used. */
function Room({ report }: { readonly report: KeepingReport }) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const room = useChoices((state) => state.keepBytes);
  const { labs } = report;
  const used = labs.reduce((sum, { bytes }) => sum + bytes, 0);
  const amount = room === 0 ? format.bytes(used) : format.usedOf(used, room);
  const choose = (bytes: number): void => {
    useChoices.getState().setKeepBytes(bytes);
    client.calls.setKeepRoom(bytes).catch(tellFailure);
  };
  return (
    <>
      <Meter
        label={t('keeping.used')}
        text={t('keeping.usedOf', { used: amount, count: labs.length })}
        {...(room === 0 ? {} : { fraction: used / room })}
      />
      <SegmentedControl
        size="xs"
        aria-label={t('keeping.room')}
        value={String(room)}
        onChange={(value) => choose(Number(value))}
        data={ROOMS.map((bytes) => ({
          value: String(bytes),
          label: bytes === 0 ? t('keeping.nothing') : format.bytes(bytes),
        }))}
      />
      <p className={texts['quiet']}>{t('keeping.roomText')}</p>
    </>
  );
}

function KeptBody({ opening, onClose }: BodyProps) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const [report, setReport] = useState<KeepingReport | null>(null);
  /** Whether it asks before all kept labs are forgotten. */
  const [asks, setAsks] = useState(false);
  useEffect(() => {
    let live = true;
    const look = (): void => {
      client.calls
        .keeping()
        .then((found) => {
          if (live) setReport(found);
        })
        .catch(tellFailure);
    };
    look();
    const end = client.subscribe('keeping', look);
    return () => {
      live = false;
      end();
    };
  }, [client]);
  if (report === null) return <p className={texts['quiet']}>{t('common.loading')}</p>;
  const beginAnew = (): void => {
    opening.open(opening.source, 'anew');
    onClose();
  };
  const used = report.labs.reduce((sum, { bytes }) => sum + bytes, 0);
  const forget = async (): Promise<void> => {
    setAsks(false);
    const done = await client.calls.forgetKept().catch(failureOf);
    if (done.ok) tell('keeping.forgotten');
    else tellError(done.error);
  };
  return (
    <div className={layout['stack']}>
      <p>{t(`keeping.state.${report.status.state}`)}</p>
      <Room report={report} />
      <Checkpoints report={report} />
      <div className={layout['row-wrap']}>
        <Button size="compact-sm" variant="default" onClick={beginAnew}>
          {t('keeping.anew')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => setAsks(true)}>
          {t('keeping.forget')}
        </Button>
      </div>
      <Confirm
        opened={asks}
        onClose={() => setAsks(false)}
        onConfirm={() => void forget()}
        title={t('keeping.forgetTitle')}
        text={t('keeping.forgetText', { count: report.labs.length, size: format.bytes(used) })}
        confirmLabel={t('keeping.forget')}
        cancelLabel={t('common.cancel')}
        closeLabel={t('common.close')}
      />
      <Files opening={opening} onClose={onClose} />
    </div>
  );
}

interface Props extends BodyProps {
  readonly opened: boolean;
}

export function KeptDialog({ opened, onClose, opening }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={t('keeping.title')}
      size="lg"
      closeLabel={t('common.close')}
    >
      <KeptBody opening={opening} onClose={onClose} />
    </Dialog>
  );
}
