/** Breaks parts of a VM's disk, and mends them: what its guest makes of that depends on what the disk's specification says of errors. */
import { Button, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DISK_FAULTS, type DiskFault } from '#base/catalogue/disk-errors';
import layout from '../../kit/layout.module.css';
import texts from '../../kit/texts.module.css';
import { WholeNumber } from '../../kit/whole-number.tsx';
import { useFormat } from '../lab.tsx';
import { nameOf, type PhysicalDisk } from './physical-disk.ts';

type Stream = PhysicalDisk['disks'][number];
interface Disk {
  readonly vm: string;
  readonly disk: number;
}

interface Props {
  readonly stream: Stream;
  readonly onBreak: (
    args: Disk & { readonly offset: number; readonly length: number; readonly fails: DiskFault },
  ) => void;
  readonly onMend: (args: Disk) => void;
}

const SECTOR = 512;

export function FaultsForm({ stream, onBreak, onMend }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [offset, setOffset] = useState<number | string>(0);
  const [length, setLength] = useState<number | string>(SECTOR);
  const [fails, setFails] = useState<DiskFault>('both');
  const { vm, disk, broken, sizeBytes } = stream;
  const [from, bytes] = [Math.round(Number(offset)), Math.round(Number(length))];
  return (
    <form
      className={layout['row-form']}
      aria-label={t('storage.faults.of', { name: nameOf(stream) })}
      onSubmit={(event) => {
        event.preventDefault();
        onBreak({ vm, disk, offset: from, length: bytes, fails });
      }}
    >
      <WholeNumber
        label={t('storage.faults.from')}
        value={offset}
        limits={{ least: 0, most: sizeBytes - 1 }}
        onChange={setOffset}
      />
      <WholeNumber
        label={t('storage.faults.bytes')}
        value={length}
        limits={{ least: 1, most: sizeBytes }}
        onChange={setLength}
      />
      <NativeSelect
        label={t('storage.faults.what')}
        value={fails}
        data={DISK_FAULTS.map((value) => ({ value, label: t(`storage.faults.${value}`) }))}
        onChange={({ currentTarget }) => setFails(currentTarget.value as DiskFault)}
      />
      <Button type="submit" variant="default" disabled={!(from >= 0 && bytes > 0)}>
        {t('storage.faults.break')}
      </Button>
      {broken.length === 0 ? null : (
        <>
          <Button variant="default" onClick={() => onMend({ vm, disk })}>
            {t('storage.faults.mend')}
          </Button>
          <p className={texts['quiet']} data-testid="broken-parts">
            {t('storage.faults.now', {
              parts: broken
                .map((part) =>
                  t('storage.faults.part', {
                    from: format.integer(part.offset),
                    bytes: format.integer(part.length),
                    what: t(`storage.faults.${part.fails}`),
                  }),
                )
                .join(' · '),
            })}
          </p>
        </>
      )}
    </form>
  );
}
