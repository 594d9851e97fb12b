/** How long requests took, by doubling: a row for each class, a bar for each disk that has any there. */
import { useTranslation } from 'react-i18next';
import texts from '../../../kit/texts.module.css';
import { nameOf, type PhysicalDisk } from '../../../parts/disks/physical-disk.ts';
import { useFormat } from '../../../parts/lab.tsx';
import { HYPERVISOR_COLOR, vmColor } from '../../../parts/palette.ts';
import css from './latency-histogram.module.css';

interface Props {
  readonly disks: PhysicalDisk['disks'];
  readonly slots: ReadonlyMap<string, number>;
}

export function LatencyHistogram({ disks, slots }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const classes = [...new Set(disks.flatMap(({ histogram }) => histogram.map(({ below }) => below)))];
  if (classes.length === 0) return <p className={texts['quiet']}>{t('storage.noLatency')}</p>;
  const used = disks.filter(({ histogram }) => histogram.length > 0);
  return (
    <section className={css['histogram']} aria-label={t('storage.latency')} data-testid="latencies">
      <h4>{t('storage.latency')}</h4>
      {classes
        .sort((a, b) => a - b)
        .map((below) => (
          <div key={below} className={css['row']}>
            <span className={css['class']}>{t('storage.below', { time: format.duration(below) })}</span>
            <span className={css['bars']}>
              {used.map((disk) => {
                const total = disk.histogram.reduce((sum, each) => sum + each.count, 0);
                const count = disk.histogram.find((each) => each.below === below)?.count ?? 0;
                if (count === 0) return null;
                const slot = slots.get(disk.vm);
                const said = t('storage.countOf', {
                  name: nameOf(disk),
                  count,
                  share: format.share(count / total),
                });
                return (
                  <span key={nameOf(disk)} className={css['bar']} title={said}>
                    <i
                      style={{
                        inlineSize: `${(100 * count) / total}%`,
                        background: slot === undefined ? HYPERVISOR_COLOR : vmColor(slot),
                      }}
                    />
                    <span className={css['count']}>{format.integer(count)}</span>
                  </span>
                );
              })}
            </span>
          </div>
        ))}
    </section>
  );
}
