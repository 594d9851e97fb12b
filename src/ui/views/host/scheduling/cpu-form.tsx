/** What a VM is due of the physical CPUs; a field that is empty is as usual. */
import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '#base/catalogue/limits';
import { USUAL_CPU_WEIGHT } from '#base/catalogue/usual';
import type { CpuSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import layout from '../../../kit/layout.module.css';
import { WholeNumber } from '../../../kit/whole-number.tsx';

interface Props {
  readonly vm: string;
  readonly cpu: CpuSpec;
  /** Of the host. */
  readonly harts: number;
  readonly onSet: (args: { readonly vm: string } & CpuSpec) => void;
}

const MILLISECONDS = { least: 1, most: LIMITS.realTimePeriodNs.most / NS_PER_MS };

export function CpuForm({ vm, cpu, harts, onSet }: Props) {
  const { t } = useTranslation();
  const [weight, setWeight] = useState<number | string>(cpu.weight ?? '');
  const [cap, setCap] = useState<number | string>(cpu.capPercent ?? '');
  const [allowed, setAllowed] = useState<readonly number[]>(cpu.harts ?? []);
  const [pinned, setPinned] = useState(cpu.pinned === true);
  const [together, setTogether] = useState(cpu.together === true);
  const [period, setPeriod] = useState<number | string>(
    cpu.realTime === undefined ? '' : cpu.realTime.periodNs / NS_PER_MS,
  );
  const [budget, setBudget] = useState<number | string>(
    cpu.realTime === undefined ? '' : cpu.realTime.budgetNs / NS_PER_MS,
  );
  const set = (): void =>
    onSet({
      vm,
      ...(Number(weight) > 0 && { weight: Math.round(Number(weight)) }),
      ...(Number(cap) > 0 && { capPercent: Math.round(Number(cap)) }),
      ...(allowed.length > 0 && { harts: allowed }),
      ...(pinned && allowed.length > 0 && { pinned }),
      ...(together && { together }),
      ...(Number(period) > 0 &&
        Number(budget) > 0 && {
          realTime: { periodNs: Number(period) * NS_PER_MS, budgetNs: Number(budget) * NS_PER_MS },
        }),
    });
  return (
    <form
      className={layout['row-form']}
      aria-label={t('scheduling.editOf', { vm })}
      onSubmit={(event) => {
        event.preventDefault();
        set();
      }}
    >
      <WholeNumber
        label={t('scheduling.field.weight')}
        placeholder={String(USUAL_CPU_WEIGHT)}
        value={weight}
        limits={LIMITS.cpuWeight}
        onChange={setWeight}
      />
      <WholeNumber
        label={t('scheduling.field.capPercent')}
        placeholder={t('scheduling.noCap')}
        value={cap}
        limits={LIMITS.cpuCapPercent}
        onChange={setCap}
      />
      <fieldset className={layout['row-wrap']}>
        <legend>{t('scheduling.field.harts')}</legend>
        {[...Array(harts).keys()].map((hart) => (
          <Checkbox
            key={hart}
            label={String(hart)}
            checked={allowed.includes(hart)}
            onChange={() =>
              setAllowed(
                allowed.includes(hart) ? allowed.filter((each) => each !== hart) : [...allowed, hart].sort(),
              )
            }
          />
        ))}
      </fieldset>
      <Checkbox
        label={t('scheduling.field.pinned')}
        checked={pinned && allowed.length > 0}
        disabled={allowed.length === 0}
        onChange={(event) => setPinned(event.currentTarget.checked)}
      />
      <WholeNumber
        label={t('scheduling.field.periodMs')}
        description={t('scheduling.budgetHint')}
        value={period}
        limits={MILLISECONDS}
        onChange={setPeriod}
      />
      <WholeNumber
        label={t('scheduling.field.budgetMs')}
        description={t('scheduling.budgetHint')}
        value={budget}
        limits={MILLISECONDS}
        onChange={setBudget}
      />
      <Checkbox
        label={t('scheduling.field.together')}
        description={t('scheduling.togetherHint')}
        checked={together}
        onChange={(event) => setTogether(event.currentTarget.checked)}
      />
      <Button type="submit" variant="default">
        {t('scheduling.set')}
      </Button>
    </form>
  );
}
