/** Huge leaves: whether the host makes them, and how many there are. */
import { Switch } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../../kit/facts.tsx';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useCommand, useFormat } from '../../../parts/lab.tsx';

export function HugePagesCard({ index }: { readonly index: number }) {
  const { t } = useTranslation();
  const client = useClient();
  const command = useCommand();
  const format = useFormat();
  const card = useRef<HTMLElement>(null);
  const { value, error, at, ask } = useAnswer(() => client.ask(index, 'huge-pages', {}), 1000, [index], {
    card,
  });
  const leaves = value?.vms.filter((vm) => vm.leaves > 0) ?? [];
  return (
    <section ref={card} className={layout['card']} data-testid="huge-pages">
      <header className={layout['row-wrap']}>
        <h3>{t('hugePages.title')}</h3>
        <span className={layout['grow']} />
        <Switch
          label={t('hugePages.on')}
          checked={value?.isOn ?? false}
          disabled={value === null}
          onChange={(event) =>
            void command(index, {
              ...{ op: 'host.setHugePages', args: { on: event.currentTarget.checked } },
            }).then(ask)
          }
        />
      </header>
      <p className={texts['quiet']}>{t('hugePages.about')}</p>
      <ErrorAlert error={error} />
      {value === null ? null : (
        <Facts
          facts={[
            [t('hugePages.made'), format.integer(value.made)],
            [
              t('hugePages.now'),
              leaves.length === 0
                ? '0'
                : leaves.map(({ vm, leaves: count }) => t('hugePages.of', { vm, count })).join(' · '),
            ],
            [
              t('sharing.spent'),
              t('sharing.spentOf', {
                time: format.duration(value.spentNs),
                share: format.percent(at === 0 ? 0 : value.spentNs / at),
              }),
            ],
          ]}
        />
      )}
      <p className={texts['quiet']}>{t('common.trueAt', { time: format.clock(at) })}</p>
    </section>
  );
}
