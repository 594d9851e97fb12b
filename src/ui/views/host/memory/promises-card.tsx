/** How much memory a host has promised to its VMs, how much it may promise, and what each has of that in frames. */
import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '#base/catalogue/limits';
import type { AnswerOf } from '#bridge/protocol/answers';
import { Facts } from '../../../kit/facts.tsx';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { WholeNumber } from '../../../kit/whole-number.tsx';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useCommand, useFormat } from '../../../parts/lab.tsx';
import { OwnerSwatch } from '../../../parts/owner-swatch.tsx';

type Promises = AnswerOf<'promises'>;

interface Props {
  readonly index: number;
  readonly slots: ReadonlyMap<string, number>;
}

export function PromisesCard({ index, slots }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const command = useCommand();
  const format = useFormat();
  const card = useRef<HTMLElement>(null);
  const { value, error, at, ask } = useAnswer(() => client.ask(index, 'promises', {}), 1000, [index], {
    card,
  });
  const set = (percent: number | undefined): void => {
    const args = percent === undefined ? {} : { percent };
    void command(index, { op: 'host.setOvercommit', args }).then(ask);
  };
  return (
    <section ref={card} className={layout['card']} data-testid="promises">
      <h3>{t('promises.title')}</h3>
      <p className={texts['quiet']}>{t('promises.about')}</p>
      <ErrorAlert error={error} />
      {value === null ? null : (
        <>
          <Limit key={value.limitPercent} percent={value.limitPercent} onSet={set} />
          <Sums promises={value} />
          <ByVm promises={value} slots={slots} />
        </>
      )}
      <p className={texts['quiet']}>{t('common.trueAt', { time: format.clock(at) })}</p>
    </section>
  );
}

interface LimitProps {
  readonly percent: number | undefined;
  readonly onSet: (percent: number | undefined) => void;
}

/** Empty: no limit. */
function Limit({ percent, onSet }: LimitProps) {
  const { t } = useTranslation();
  const [text, setText] = useState<number | string>(percent ?? '');
  const next = text === '' ? undefined : Math.round(Number(text));
  return (
    <form
      className={layout['row-form']}
      onSubmit={(event) => {
        event.preventDefault();
        if (next !== percent) onSet(next);
      }}
    >
      <WholeNumber
        label={t('promises.limit')}
        placeholder={t('promises.noLimit')}
        value={text}
        limits={LIMITS.overcommitPercent}
        onChange={setText}
      />
      <Button type="submit" variant="default" disabled={next === percent}>
        {t('promises.set')}
      </Button>
    </form>
  );
}

function Sums({ promises }: { readonly promises: Promises }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { promisedBytes, ramBytes, limitBytes } = promises;
  return (
    <Facts
      testId="promised"
      facts={[
        [
          t('promises.promised'),
          t('promises.of', {
            used: format.bytes(promisedBytes),
            share: format.percent(promisedBytes / ramBytes),
          }),
        ],
        [
          t('promises.may'),
          limitBytes === undefined
            ? t('promises.mayAll')
            : t('promises.of', {
                used: format.bytes(limitBytes),
                share: format.percent(limitBytes / ramBytes),
              }),
        ],
        ...(limitBytes === undefined
          ? []
          : [[t('promises.left'), format.bytes(Math.max(0, limitBytes - promisedBytes))] as const]),
      ]}
    />
  );
}

function ByVm({ promises, slots }: { readonly promises: Promises; readonly slots: Props['slots'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ScrollX label={t('promises.byVm')}>
      <table className={table['table']} aria-label={t('promises.byVm')} data-testid="promised-vms">
        <thead>
          <tr>
            <th>{t('sharing.vm')}</th>
            <th>{t('promises.mode')}</th>
            {(['most', 'now', 'held'] as const).map((column) => (
              <th key={column} className={table['number']}>
                {t(`promises.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {promises.vms.map(({ vm, allocation, memoryBytes, promisedBytes, heldBytes }) => (
            <tr key={vm}>
              <td>
                <OwnerSwatch owner={slots.get(vm) ?? 'free'} /> {vm}
              </td>
              <td>{t(`allocation.${allocation}`)}</td>
              {[memoryBytes, promisedBytes, heldBytes].map((bytes, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the columns are these
                <td key={column} className={table['number']}>
                  {bytes === 0 ? '–' : format.bytes(bytes)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}
