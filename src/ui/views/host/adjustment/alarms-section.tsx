/** The alarms of a host: how each stands, and what it looks at; more are set, and taken away. */
import { Button, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Reading, readingOf } from '#base/catalogue/metrics';
import type { AlarmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import type { AnswerOf } from '#bridge/protocol/answers';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import { SmallButton } from '../../../kit/small-button.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { writeReading } from '../../../parts/chart/reading.ts';
import { useFormat } from '../../../parts/lab.tsx';
import { OF_HOST, OF_VMS, titleOf } from './figures.ts';

type Alarm = AnswerOf<'alarms'>[number];

interface Props {
  readonly vms: readonly string[];
  readonly alarms: readonly Alarm[];
  readonly onSet: (alarms: readonly AlarmSpec[]) => Promise<boolean>;
}

/** In what a threshold is typed. */
const TYPED: Readonly<Record<Reading, { readonly unit: string; readonly factor: number }>> = {
  share: { unit: '%', factor: 0.01 },
  duration: { unit: 'ms', factor: NS_PER_MS },
  bytes: { unit: 'MiB', factor: 2 ** 20 },
  'byte-rate': { unit: 'KiB/s', factor: 2 ** 10 },
  count: { unit: '', factor: 1 },
  'per-second': { unit: '/s', factor: 1 },
};

function readingOfAlarm({ vm, metric }: Pick<AlarmSpec, 'vm' | 'metric'>): Reading {
  const found = (vm === undefined ? OF_HOST : OF_VMS).find(({ id }) => id === metric);
  return found === undefined ? 'count' : readingOf(found);
}

/** An alarm without how it stands. */
export function specOf({ phase: _, sinceNs: __, value: ___, ...spec }: Alarm): AlarmSpec {
  return spec;
}

function AlarmForm({ vms, alarms, onSet }: Props) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [vm, setVm] = useState(vms[0] ?? '');
  const [metric, setMetric] = useState(OF_VMS[0]?.id ?? '');
  const [when, setWhen] = useState<AlarmSpec['when']>('above');
  const [threshold, setThreshold] = useState<number | string>('');
  const [forMs, setForMs] = useState<number | string>(0);
  const known = vm === '' ? OF_HOST : OF_VMS;
  const chosen = known.some(({ id }) => id === metric) ? metric : (known[0]?.id ?? '');
  const of = { metric: chosen, ...(vm === '' ? {} : { vm }) };
  const { unit, factor } = TYPED[readingOfAlarm(of)];
  const isTaken = alarms.some((alarm) => alarm.name === name.trim());
  const isWhole = name.trim() !== '' && !isTaken && threshold !== '';
  const add = async (): Promise<void> => {
    if (!isWhole) return;
    const forNs = Math.round(Number(forMs) * NS_PER_MS);
    const more: AlarmSpec = {
      ...{ name: name.trim(), ...of, when, threshold: Number(threshold) * factor },
      ...(forNs > 0 ? { forNs } : {}),
    };
    if (await onSet([...alarms.map(specOf), more])) setName('');
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void add();
  };
  return (
    <form className={layout['row-form']} aria-label={t('adjustment.alarm.new')} onSubmit={onSubmit}>
      <TextInput
        label={t('adjustment.alarm.name')}
        value={name}
        maxLength={64}
        onChange={(event) => setName(event.currentTarget.value)}
        error={isTaken ? t('adjustment.taken') : undefined}
        autoComplete="off"
      />
      <NativeSelect
        label={t('adjustment.alarm.of')}
        value={vm}
        data={[
          ...vms.map((each) => ({ value: each, label: each })),
          { value: '', label: t('adjustment.alarm.host') },
        ]}
        onChange={(event) => setVm(event.currentTarget.value)}
      />
      <NativeSelect
        label={t('adjustment.alarm.metric')}
        value={chosen}
        data={known.map(({ id }) => ({ value: id, label: titleOf(id) }))}
        onChange={(event) => setMetric(event.currentTarget.value)}
      />
      <NativeSelect
        label={t('adjustment.alarm.when')}
        value={when}
        data={(['above', 'below'] as const).map((each) => ({
          value: each,
          label: t(`adjustment.field.${each}`),
        }))}
        onChange={(event) => setWhen(event.currentTarget.value === 'below' ? 'below' : 'above')}
      />
      <NumberInput
        w={130}
        label={t('adjustment.alarm.threshold')}
        value={threshold}
        {...(unit === '' ? {} : { suffix: ` ${unit}` })}
        onChange={setThreshold}
      />
      <NumberInput
        w={130}
        label={t('adjustment.alarm.forMs')}
        value={forMs}
        min={0}
        max={3_600_000}
        allowDecimal={false}
        suffix=" ms"
        onChange={setForMs}
      />
      <Button type="submit" variant="default" disabled={!isWhole}>
        {t('adjustment.alarm.add')}
      </Button>
    </form>
  );
}

export function AlarmsSection({ vms, alarms, onSet }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <section className={layout['card']}>
      <h3>{t('adjustment.alarm.title')}</h3>
      {alarms.length === 0 ? (
        <p className={texts['quiet']}>{t('adjustment.alarm.none')}</p>
      ) : (
        <ScrollX label={t('adjustment.alarm.title')}>
          <table className={table['table']} aria-label={t('adjustment.alarm.title')} data-testid="alarms">
            <thead>
              <tr>
                <th>{t('adjustment.alarm.name')}</th>
                <th>{t('adjustment.alarm.metric')}</th>
                <th className={table['number']}>{t('adjustment.alarm.threshold')}</th>
                <th className={table['number']}>{t('adjustment.alarm.value')}</th>
                <th>{t('adjustment.alarm.phase')}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {alarms.map((alarm) => {
                const reading = readingOfAlarm(alarm);
                const sign = alarm.when === 'above' ? '>' : '<';
                const since = alarm.sinceNs === undefined ? '–' : format.clock(alarm.sinceNs);
                return (
                  <tr key={alarm.name}>
                    <td>{alarm.name}</td>
                    <td className={table['line']}>
                      {alarm.vm ?? t('adjustment.alarm.host')} · {titleOf(alarm.metric)}
                    </td>
                    <td className={table['number']}>
                      {sign} {writeReading(format, reading, alarm.threshold)}
                    </td>
                    <td className={table['number']}>
                      {writeReading(format, reading, alarm.value ?? Number.NaN)}
                    </td>
                    <td className={table['line']}>
                      {t(`adjustment.alarm.phases.${alarm.phase}`, { time: since })}
                    </td>
                    <td>
                      <SmallButton
                        icon="trash"
                        aria-label={t('adjustment.alarm.removeOf', { alarm: alarm.name })}
                        onClick={() => void onSet(alarms.filter((each) => each !== alarm).map(specOf))}
                      >
                        {t('adjustment.alarm.remove')}
                      </SmallButton>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </ScrollX>
      )}
      <AlarmForm {...{ vms, alarms, onSet }} />
    </section>
  );
}
