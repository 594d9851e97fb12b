/** How many of its vCPUs a VM may use. Its guest takes up what it gets, and lets go what is taken from it. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import layout from '../kit/layout.module.css';
import { WholeNumber } from '../kit/whole-number.tsx';

interface Props {
  readonly vm: string;
  readonly given: number;
  readonly possible: number;
  readonly onSet: (vcpus: number) => void;
}

export function VcpuCountForm({ vm, given, possible, onSet }: Props) {
  const { t } = useTranslation();
  const [count, setCount] = useState<number | string>(given);
  return (
    <form
      className={layout['row-form']}
      aria-label={t('scheduling.countOf', { vm })}
      onSubmit={(event) => {
        event.preventDefault();
        if (Number(count) > 0) onSet(Math.round(Number(count)));
      }}
    >
      <WholeNumber
        label={t('scheduling.field.vcpus', { most: possible })}
        description={t('scheduling.countHint')}
        value={count}
        limits={{ least: 1, most: possible }}
        onChange={setCount}
      />
      <Button type="submit" variant="default">
        {t('scheduling.set')}
      </Button>
    </form>
  );
}
