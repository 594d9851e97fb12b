/** Shares and limits of one disk of a VM; a field that is empty is no limit. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '#base/catalogue/limits';
import type { DiskLimits } from '#base/scenario';
import layout from '../../kit/layout.module.css';
import { WholeNumber } from '../../kit/whole-number.tsx';
import { nameOf, type PhysicalDisk } from './physical-disk.ts';

type Stream = PhysicalDisk['disks'][number];

const FIELDS = [
  { id: 'iops', range: LIMITS.diskIops },
  { id: 'burstRequests', range: LIMITS.diskBurstRequests },
  { id: 'bytesPerSecond', range: LIMITS.diskBytesPerSecond },
  { id: 'burstBytes', range: LIMITS.diskBurstBytes },
] as const satisfies readonly { readonly id: keyof DiskLimits; readonly range: object }[];

interface Props {
  readonly stream: Stream;
  readonly onSet: (
    args: { readonly vm: string; readonly disk: number; readonly shares: number } & DiskLimits,
  ) => void;
}

export function LimitsForm({ stream, onSet }: Props) {
  const { t } = useTranslation();
  const [shares, setShares] = useState<number | string>(stream.shares);
  const [values, setValues] = useState<Readonly<Record<string, number | string>>>({ ...stream.limits });
  const limits = FIELDS.filter(({ id }) => Number(values[id] ?? 0) > 0);
  return (
    <form
      className={layout['row-form']}
      aria-label={t('storage.editOf', { name: nameOf(stream) })}
      onSubmit={(event) => {
        event.preventDefault();
        const given = Object.fromEntries(limits.map(({ id }) => [id, Math.round(Number(values[id]))]));
        onSet({ vm: stream.vm, disk: stream.disk, shares: Math.round(Number(shares)), ...given });
      }}
    >
      <WholeNumber
        label={t('storage.field.shares')}
        value={shares}
        limits={LIMITS.diskShares}
        onChange={setShares}
      />
      {FIELDS.map(({ id, range }) => (
        <WholeNumber
          key={id}
          label={t(`storage.field.${id}`)}
          placeholder={t('storage.noLimit')}
          value={values[id] ?? ''}
          limits={range}
          onChange={(value) => setValues({ ...values, [id]: value })}
        />
      ))}
      <Button type="submit" variant="default">
        {t('storage.set')}
      </Button>
    </form>
  );
}
