/** The bandwidth of a switch: what of it is given out, and what became of each card's share. Fixed and on demand are told by the same numbers. */
import { useTranslation } from 'react-i18next';
import type { BandwidthView } from '#bridge/protocol/answers';
import { Facts } from '../kit/facts.tsx';
import { ScrollX } from '../kit/scroll-x.tsx';
import table from '../kit/table.module.css';
import texts from '../kit/texts.module.css';
import { useFormat } from './lab.tsx';
import type { SwitchState } from './switch/use-switch.ts';

export default function BandwidthSection({ at }: { readonly at: Pick<SwitchState, 'name' | 'parts'> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const shows = at.parts.find(({ part }) => part === 'bandwidth')?.shows as BandwidthView | undefined;
  if (shows === undefined) return null;
  const { allocation, bitsPerSecond, allocatedBitsPerSecond, usedPercent, ports } = shows;
  const name = t('bandwidth.of', { switch: at.name });
  return (
    <section data-testid={`bandwidth-${at.name}`}>
      <h4>{t('bandwidth.title')}</h4>
      <Facts
        facts={[
          [
            t('bandwidth.allocation'),
            t(`bandwidth.allocations.${allocation}`),
            t(`bandwidth.hints.${allocation}`),
          ],
          [t('bandwidth.whole'), format.bitRate(bitsPerSecond)],
          [t('bandwidth.allocated'), format.bitRate(allocatedBitsPerSecond), t('bandwidth.allocatedHint')],
          [t('bandwidth.used'), format.percent(usedPercent / 100), t('bandwidth.usedHint')],
        ]}
      />
      <ScrollX label={name}>
        <table className={table['table']} aria-label={name}>
          <thead>
            <tr>
              <th>{t('switch.port')}</th>
              <th className={table['number']}>{t('bandwidth.share')}</th>
              <th>{t('bandwidth.stands')}</th>
              <th className={table['number']} title={t('bandwidth.assuredHint')}>
                {t('bandwidth.assured')}
              </th>
              <th className={table['number']}>{t('bandwidth.passed')}</th>
              <th className={table['number']} title={t('bandwidth.borrowedHint')}>
                {t('bandwidth.borrowed')}
              </th>
              <th className={table['number']} title={t('bandwidth.endedHint')}>
                {t('bandwidth.ended')}
              </th>
            </tr>
          </thead>
          <tbody>
            {ports.map((port) => (
              <tr key={port.name}>
                <td className={texts['mono']}>{port.name}</td>
                <td className={table['number']}>{format.bitRate(port.share)}</td>
                <td>{t(`bandwidth.states.${port.state}`)}</td>
                <td className={table['number']}>{format.bitRate(port.assured)}</td>
                <td className={table['number']}>{format.bytes(port.passedBytes)}</td>
                <td className={table['number']}>{format.bytes(port.borrowedBytes)}</td>
                <td className={table['number']}>{format.bytes(port.endedBytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </section>
  );
}
