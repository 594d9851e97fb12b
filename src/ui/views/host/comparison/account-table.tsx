/** Where the time of an operation went, for each: the numbers, and a bar whose parts are all of it. */
import { useTranslation } from 'react-i18next';
import { ACCOUNT_PARTS } from '#base/catalogue/compared-devices';
import legend from '../../../kit/legend.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import { OwnerSwatch } from '../../../parts/owner-swatch.tsx';
import css from './account-table.module.css';
import type { RowsProps } from './cost-table.tsx';

/** Of those whose devices reach memory by way of the IOMMU. */
const DMA = ['dmaRemembered', 'dmaWalks'] as const;

export function AccountTable({ rows, slots }: RowsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const done = rows.filter(({ operations }) => operations > 0);
  const hasDma = done.some(({ dma }) => dma.remembered + dma.walks > 0);
  const duration = (ns: number): string => (ns < 1 ? '–' : format.duration(ns));
  return (
    <section>
      <h3>{t('compare.account')}</h3>
      <p className={texts['quiet']}>{t('compare.accountAbout')}</p>
      <p className={legend['legend']}>
        {ACCOUNT_PARTS.map((part) => (
          <span key={part} className={legend['item']} title={t(`compare.partHint.${part}`)}>
            <i className={`${css['swatch']} ${css[part]}`} />
            {t(`compare.part.${part}`)}
          </span>
        ))}
      </p>
      <ScrollX label={t('compare.account')}>
        <table className={table['table']} aria-label={t('compare.account')} data-testid="comparison-account">
          <thead>
            <tr>
              <th>{t('compare.vms')}</th>
              {ACCOUNT_PARTS.map((part) => (
                <th key={part} className={table['number']} title={t(`compare.partHint.${part}`)}>
                  {t(`compare.part.${part}`)}
                </th>
              ))}
              <th className={table['number']}>{t('compare.each')}</th>
              <td />
              {hasDma
                ? DMA.map((column) => (
                    <th key={column} className={table['number']} title={t('compare.dmaHint')}>
                      {t(`compare.${column}`)}
                    </th>
                  ))
                : null}
            </tr>
          </thead>
          <tbody>
            {done.map(({ vm, account, elapsedNs, operations, dma }) => (
              <tr key={vm}>
                <td>
                  <OwnerSwatch owner={slots.get(vm) ?? 'free'} /> {vm}
                </td>
                {ACCOUNT_PARTS.map((part) => (
                  <td key={part} className={table['number']}>
                    {duration(account[part] / operations)}
                  </td>
                ))}
                <td className={table['number']}>{format.duration(elapsedNs / operations)}</td>
                <td className={css['bars']} aria-hidden>
                  {ACCOUNT_PARTS.map((part) => (
                    <i
                      key={part}
                      className={css[part]}
                      style={{ inlineSize: `${(100 * account[part]) / elapsedNs}%` }}
                    />
                  ))}
                </td>
                {hasDma
                  ? [dma.remembered, dma.walks].map((count, column) => (
                      <td key={DMA[column]} className={table['number']}>
                        {dma.remembered + dma.walks === 0 ? '–' : format.number(count / operations, 1)}
                      </td>
                    ))
                  : null}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </section>
  );
}
