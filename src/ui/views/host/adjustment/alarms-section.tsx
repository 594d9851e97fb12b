/** The alarms of a host: how each stands, and what it looks at; more are set, and taken away. */
import { Button, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '#base/catalogue/limits';
import { type Reading, readingOf } from '#base/catalogue/metrics';
import { isOfParts, METRICS_OF_HOST } from '#base/catalogue/scoped-metrics';
import type { AlarmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import type { AnswerOf } from '#bridge/protocol/answers';
import type { Command } from '#bridge/protocol/lab-api';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import { SmallButton } from '../../../kit/small-button.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { actionText, vmOfCommand } from '../../../parts/action-text.ts';
import { writeReading } from '../../../parts/chart/reading.ts';
import { useFormat } from '../../../parts/lab.tsx';
import type { MeasuredRow } from '../../../parts/samples/rows.ts';
import { OF_VMS, titleOf } from './figures.ts';
import { commandsOf, NO_REACTION } from './reaction.ts';
import { ReactionFields } from './reaction-fields.tsx';
import { partsWith } from './readable-names.ts';

type Alarm = AnswerOf<'alarms'>[number];

interface Props {
  readonly vms: readonly string[];
  /** All that can be read; null while it is not known. */
  readonly measured: readonly MeasuredRow[] | null;
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
  const found = (vm === undefined ? METRICS_OF_HOST : OF_VMS).find(({ id }) => id === metric);
  return found === undefined ? 'count' : readingOf(found);
}

/** An alarm without how it stands. */
export function specOf({ phase: _, sinceNs: __, value: ___, ...spec }: Alarm): AlarmSpec {
  return spec;
}

interface DoesProps {
  readonly commands: AlarmSpec['onFiring'];
  readonly when: 'onFiring' | 'onResolved';
}

function AlarmForm({ vms, measured, alarms, onSet }: Props) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [vm, setVm] = useState(vms[0] ?? '');
  const [metric, setMetric] = useState(OF_VMS[0]?.id ?? '');
  const [when, setWhen] = useState<AlarmSpec['when']>('above');
  const [threshold, setThreshold] = useState<number | string>('');
  const [forMs, setForMs] = useState<number | string>(0);
  const [part, setPart] = useState('');
  const [onFiring, setOnFiring] = useState(NO_REACTION);
  const [onResolved, setOnResolved] = useState(NO_REACTION);
  const known = vm === '' ? METRICS_OF_HOST : OF_VMS;
  const chosen = known.some(({ id }) => id === metric) ? metric : (known[0]?.id ?? '');
  const parts = partsWith(measured, chosen, vm === '' ? undefined : vm);
  const chosenPart = parts.includes(part) ? part : parts[0];
  const of = {
    ...{ metric: chosen, ...(vm === '' ? {} : { vm }) },
    ...(chosenPart === undefined ? {} : { part: chosenPart }),
  };
  const [fires, ends] = [commandsOf(onFiring), commandsOf(onResolved)];
  const { unit, factor } = TYPED[readingOfAlarm(of)];
  const isTaken = alarms.some((alarm) => alarm.name === name.trim());
  const isWhole =
    name.trim() !== '' &&
    !isTaken &&
    threshold !== '' &&
    fires !== undefined &&
    ends !== undefined &&
    isOfParts(chosen) === (chosenPart !== undefined);
  const add = async (): Promise<void> => {
    if (!isWhole || fires === undefined || ends === undefined) return;
    const forNs = Math.round(Number(forMs) * NS_PER_MS);
    const more: AlarmSpec = {
      ...{ name: name.trim(), ...of, when, threshold: Number(threshold) * factor },
      ...(forNs > 0 ? { forNs } : {}),
      ...(fires.length > 0 ? { onFiring: fires } : {}),
      ...(ends.length > 0 ? { onResolved: ends } : {}),
    };
    if (!(await onSet([...alarms.map(specOf), more]))) return;
    setName('');
    setOnFiring(NO_REACTION);
    setOnResolved(NO_REACTION);
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
        maxLength={LIMITS.alarmNameLength}
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
      {isOfParts(chosen) ? (
        <NativeSelect
          label={t('adjustment.alarm.part')}
          value={chosenPart ?? ''}
          data={parts.length === 0 ? [{ value: '', label: t('adjustment.alarm.noPart') }] : [...parts]}
          disabled={parts.length === 0}
          onChange={(event) => setPart(event.currentTarget.value)}
        />
      ) : null}
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
        max={LIMITS.alarmForNs.most / NS_PER_MS}
        allowDecimal={false}
        suffix=" ms"
        onChange={setForMs}
      />
      <ReactionFields when="onFiring" vms={vms} value={onFiring} onChange={setOnFiring} />
      <ReactionFields when="onResolved" vms={vms} value={onResolved} onChange={setOnResolved} />
      <Button type="submit" variant="default" disabled={!isWhole || alarms.length >= LIMITS.alarms}>
        {t('adjustment.alarm.add')}
      </Button>
    </form>
  );
}

/** What the host does then, in a few words each; nothing where it does nothing. */
function Does({ commands = [], when }: DoesProps) {
  const { t } = useTranslation();
  if (commands.length === 0) return null;
  const said = (commands as readonly Command[]).map((command) =>
    [vmOfCommand(command), actionText(t, command)].filter(Boolean).join(': '),
  );
  return (
    <div>
      {t(`adjustment.alarm.${when}`)}: {said.join('; ')}
    </div>
  );
}

export function AlarmsSection({ vms, measured, alarms, onSet }: Props) {
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
                <th>{t('adjustment.alarm.does')}</th>
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
                      {[alarm.vm ?? t('adjustment.alarm.host'), alarm.part, titleOf(alarm.metric)]
                        .filter((word) => word !== undefined)
                        .join(' · ')}
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
                      <Does commands={alarm.onFiring} when="onFiring" />
                      <Does commands={alarm.onResolved} when="onResolved" />
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
      <AlarmForm {...{ vms, measured, alarms, onSet }} />
    </section>
  );
}
