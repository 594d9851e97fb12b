/** How a host takes frames back: by which rule, into how large a swap area, and whether its disk works. */
import { Button, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '#base/catalogue/limits';
import type { AnswerOf } from '#bridge/protocol/answers';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { WholeNumber } from '../../../kit/whole-number.tsx';

type Reclaim = AnswerOf<'reclaim'>;
type Settings = NonNullable<Reclaim['settings']>;

const MIB = 0x10_0000;

interface Props {
  readonly settings: Settings;
  readonly policies: readonly string[];
  readonly disk: Pick<Reclaim['swap'], 'reads' | 'writes'>;
  readonly onSet: (settings: Settings) => void;
  readonly onDisk: (state: DiskState) => void;
}

/** What can be told to a disk, by name. */
const DISK_STATES = {
  works: { works: true },
  noReads: { works: false, fails: 'reads' },
  noWrites: { works: false, fails: 'writes' },
  fails: { works: false },
} as const;
export type DiskState = (typeof DISK_STATES)[keyof typeof DISK_STATES];

/** How a disk is, as one of these names. */
export function diskState({ reads, writes }: Props['disk']): keyof typeof DISK_STATES {
  if (reads) return writes ? 'works' : 'noWrites';
  return writes ? 'noReads' : 'fails';
}

export function ReclaimSettings({ settings, policies, disk, onSet, onDisk }: Props) {
  const { t } = useTranslation();
  const [policy, setPolicy] = useState(settings.policy);
  const [size, setSize] = useState<number | string>(settings.sizeBytes / MIB);
  const [compress, setCompress] = useState<number | string>(settings.compressPercent);
  const [tax, setTax] = useState<number | string>(settings.taxPercent);
  const next: Settings = {
    ...{ policy, sizeBytes: Math.round(Number(size) * MIB) },
    ...{ compressPercent: Math.round(Number(compress)), taxPercent: Math.round(Number(tax)) },
  };
  const isSame = JSON.stringify(next) === JSON.stringify({ ...next, ...settings });
  const { swapBytes, compressPercent, taxPercent } = LIMITS;
  return (
    <form
      className={layout['row-form']}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isSame) onSet(next);
      }}
    >
      <NativeSelect
        label={t('reclaim.policy')}
        value={policy}
        onChange={(event) => setPolicy(event.currentTarget.value)}
        data={policies.map((id) => ({ value: id, label: t(`reclaim.by.${id}`, { defaultValue: id }) }))}
      />
      <WholeNumber
        label={t('reclaim.size')}
        value={size}
        limits={{ least: Math.max(1, swapBytes.least / MIB), most: swapBytes.most / MIB }}
        onChange={setSize}
      />
      <WholeNumber
        label={t('reclaim.compress')}
        value={compress}
        limits={compressPercent}
        onChange={setCompress}
      />
      <WholeNumber
        label={t('reclaim.tax')}
        title={t('reclaim.taxHint')}
        value={tax}
        limits={taxPercent}
        onChange={setTax}
      />
      <Button type="submit" variant="default" disabled={isSame}>
        {t('reclaim.set')}
      </Button>
      <NativeSelect
        label={t('reclaim.disk')}
        value={diskState(disk)}
        onChange={(event) => onDisk(DISK_STATES[event.currentTarget.value as keyof typeof DISK_STATES])}
        data={Object.keys(DISK_STATES).map((id) => ({ value: id, label: t(`reclaim.diskState.${id}`) }))}
      />
      <p className={texts['quiet']}>{t(`reclaim.about.${policy}`, { defaultValue: '' })}</p>
    </form>
  );
}
