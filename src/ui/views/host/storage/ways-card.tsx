/** What a request costs each VM, by the way in which it has its disk: exits by what they are for, and where the time went. */
import { useTranslation } from 'react-i18next';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import { OwnerSwatch } from '../../../parts/owner-swatch.tsx';
import styles from './ways-card.module.css';

const ROLES = ['registers', 'interrupts', 'waiting', 'other'] as const;
const PARTS = ['guest', 'exits', 'medium'] as const;

interface Props {
  readonly index: number;
  readonly slots: ReadonlyMap<string, number>;
}

/** So much of each; nothing while nobody has worked. */
function per(amount: number, operations: number): number | undefined {
  return operations === 0 ? undefined : amount / operations;
}

export function WaysCard({ index, slots }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const { value, error } = useAnswer(() => client.ask(index, 'disk-ways', {}), 1000, [index]);
  if (value?.length === 0) return null;
  const rows = (value ?? []).map((row) => {
    const { operations, guestNs, exitNs, mediumNs } = row;
    const times = { guest: guestNs, exits: exitNs, medium: mediumNs };
    return { ...row, parts: PARTS.map((part) => ({ part, ns: per(times[part], operations) })) };
  });
  const longest = Math.max(0, ...rows.map(({ parts }) => parts.reduce((sum, { ns = 0 }) => sum + ns, 0)));
  const number = (each: number | undefined): string => (each === undefined ? '–' : format.number(each, 1));
  return (
    <section data-testid="disk-ways">
      <h3>{t('storage.ways.title')}</h3>
      <p className={texts['quiet']}>{t('storage.ways.about')}</p>
      <ErrorAlert error={error} />
      <ScrollX label={t('storage.ways.title')}>
        <table className={table['table']} aria-label={t('storage.ways.title')}>
          <thead>
            <tr>
              <th>{t('storage.ways.vm')}</th>
              <th>{t('storage.ways.way')}</th>
              <th className={table['number']}>{t('storage.ways.requests')}</th>
              {ROLES.map((role) => (
                <th key={role} className={table['number']}>
                  {t(`storage.ways.role.${role}`)}
                </th>
              ))}
              <th className={table['number']}>{t('storage.ways.exits')}</th>
              {PARTS.map((part) => (
                <th key={part} className={table['number']}>
                  {t(`storage.ways.part.${part}`)}
                </th>
              ))}
              <th className={styles['bars']}>{t('storage.ways.where')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ vm, ways, operations, roles, parts }) => (
              <tr key={vm}>
                <td>
                  <OwnerSwatch owner={slots.get(vm) ?? 'free'} /> {vm}
                </td>
                <td>{[...new Set(ways)].map((way) => t(`way.${way}`)).join(' · ')}</td>
                <td className={table['number']}>{format.integer(operations)}</td>
                {roles.map(({ role, exits }) => (
                  <td key={role} className={table['number']}>
                    {number(per(exits, operations))}
                  </td>
                ))}
                <td className={table['number']}>
                  {number(
                    per(
                      roles.reduce((sum, { exits }) => sum + exits, 0),
                      operations,
                    ),
                  )}
                </td>
                {parts.map(({ part, ns }) => (
                  <td key={part} className={table['number']}>
                    {ns === undefined ? '–' : format.duration(ns)}
                  </td>
                ))}
                <td className={styles['bars']} aria-hidden>
                  {parts.map(({ part, ns = 0 }) => (
                    <span
                      key={part}
                      className={styles[part]}
                      style={{ width: `${longest === 0 ? 0 : (100 * ns) / longest}%` }}
                    />
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </section>
  );
}
