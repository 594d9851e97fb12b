/** One page-table entry that was clicked: its bits, where it lies, where it leads, and the table around it. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WalkResult, WalkStep } from '#bridge/protocol/answers';
import { groupedHex } from '../../../kit/format.ts';
import layout from '../../../kit/layout.module.css';
import { SmallButton } from '../../../kit/small-button.tsx';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient } from '../../../parts/lab.tsx';
import { useChoices } from '../../../state/choices.ts';
import { hostRoute } from '../../../state/routes.ts';
import { EntryBits } from './entry-bits.tsx';
import css from './entry-detail.module.css';

/** Entries of a table that are listed at a time. */
const LISTED = 64;

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly vcpu: number;
  readonly step: WalkStep;
}
interface DetailProps extends Props {
  readonly walk: WalkResult;
  readonly onEdited: () => void;
}

/** The number of the frame at an address, as an address of the page has it. */
function frameOf(spa: string): string {
  return `0x${(BigInt(spa) >> 12n).toString(16)}`;
}

/** The valid entries of the table that the entry lies in; a VS-stage entry of the leaf level can be walked. */
function TableAround({ host, vm, vcpu, step }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const table =
    step.entrySpa === undefined ? null : `0x${((BigInt(step.entrySpa) >> 12n) << 12n).toString(16)}`;
  const [all, setAll] = useState(false);
  const answer = useAnswer(
    table === null
      ? null
      : () => client.ask(host, 'memory', { vm, vcpu, space: 'spa', address: table, bytes: 4096 }),
    2000,
    [host, vm, vcpu, table],
  );
  if (answer.value === null) return <ErrorAlert error={answer.error} />;
  const bytes = answer.value;
  const words = new BigUint64Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.byteLength & ~7)),
  );
  const valid = [...words.entries()].filter(([, value]) => (value & 1n) === 1n);
  const shown = all ? valid : valid.slice(0, LISTED);
  return (
    <>
      <h4>{t('walk.tableAround', { count: valid.length, of: words.length })}</h4>
      <div className={css['list']}>
        {shown.map(([index, value]) => (
          <span
            key={index}
            className={`${css['entry']} ${texts['mono']}`}
            data-here={index === step.index || undefined}
            data-leaf={(value & 0b1110n) !== 0n || undefined}
          >
            [{index}] {groupedHex(`0x${value.toString(16)}`)}
          </span>
        ))}
      </div>
      {valid.length > shown.length ? (
        <Button variant="subtle" size="compact-xs" onClick={() => setAll(true)}>
          {t('walk.showAll', { count: valid.length })}
        </Button>
      ) : null}
    </>
  );
}

export function EntryDetail({ host, vm, vcpu, walk, step, onEdited }: DetailProps) {
  const { t } = useTranslation();
  const spaLed = step.stage === 'G' ? step.leadsTo : undefined;
  const showFrame = (spa: string): void =>
    useChoices.getState().go(hostRoute(host, 'memory', { frame: frameOf(spa) }));
  return (
    <section className={css['detail']} aria-label={t('walk.entryLabel')}>
      <h3>
        {t('walk.entryTitle', { stage: step.stage, level: step.level, index: step.index })}
        <span className={texts['quiet']}>{t(`walk.kind.${step.kind}`)}</span>
      </h3>
      <dl className={css['facts']}>
        <div>
          <dt>{t('walk.value')}</dt>
          <dd className={texts['mono']}>{groupedHex(step.value)}</dd>
        </div>
        {step.entryGpa === undefined ? null : (
          <div>
            <dt>{t('walk.entryGpa')}</dt>
            <dd className={texts['mono']}>{groupedHex(step.entryGpa)}</dd>
          </div>
        )}
        {step.entrySpa === undefined ? null : (
          <div>
            <dt>{t('walk.entrySpa')}</dt>
            <dd className={texts['mono']}>{groupedHex(step.entrySpa)}</dd>
          </div>
        )}
        {step.leadsTo === undefined ? null : (
          <div>
            <dt>{t(step.stage === 'G' ? 'walk.leadsToSpa' : 'walk.leadsToGpa')}</dt>
            <dd className={texts['mono']}>{groupedHex(step.leadsTo)}</dd>
          </div>
        )}
      </dl>
      <EntryBits {...{ host, vm, walk, step, onEdited }} />
      {step.sets === '' ? null : <p>{t('walk.sets', { bits: [...step.sets].join(', ') })}</p>}
      <div className={layout['row-wrap']}>
        {step.entrySpa === undefined ? null : (
          <SmallButton icon="map" onClick={() => showFrame(step.entrySpa ?? '0x0')}>
            {t('walk.showTableFrame')}
          </SmallButton>
        )}
        {spaLed === undefined ? null : (
          <SmallButton icon="map" onClick={() => showFrame(spaLed)}>
            {t('walk.showFrame')}
          </SmallButton>
        )}
      </div>
      <TableAround host={host} vm={vm} vcpu={vcpu} step={step} />
    </section>
  );
}
