/** The clock of a VM: what it shows, and where it began, which can be set. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { startSeconds, USUAL_START_DATE } from '#base/start-date';
import type { DeviceState } from '#bridge/protocol/answers';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { useCommand, useLab } from '../../../parts/lab.tsx';

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly clock: NonNullable<DeviceState['clock']>;
}

export function ClockForm({ host, vm, clock }: Props) {
  const { t } = useTranslation();
  const command = useCommand();
  const date = useLab()?.date ?? USUAL_START_DATE;
  const [typed, setTyped] = useState('');
  const isDate = startSeconds(typed) !== undefined;
  const set = (begin: string): void => {
    void command(host, { op: 'vm.setDate', args: { vm, date: begin } });
  };
  return (
    <>
      <p data-testid="clock">{t('deviceParts.clock', clock)}</p>
      <p className={texts['quiet']} data-testid="clock-began">
        {t('deviceParts.clockBegan', { date })}
      </p>
      <form
        className={layout['row-form']}
        onSubmit={(event) => {
          event.preventDefault();
          if (isDate) set(typed);
        }}
      >
        <TextInput
          label={t('deviceParts.clockStart')}
          placeholder={clock.began}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value.trim())}
          error={typed === '' || isDate ? undefined : t('deviceParts.clockForm', { date })}
          autoComplete="off"
        />
        <Button type="submit" variant="default" disabled={!isDate}>
          {t('deviceParts.clockSet')}
        </Button>
        <Button variant="default" disabled={clock.began === date} onClick={() => set(date)}>
          {t('deviceParts.clockAsLab')}
        </Button>
      </form>
    </>
  );
}
