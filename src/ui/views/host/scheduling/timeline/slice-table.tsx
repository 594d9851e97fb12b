/** The slices of a timeline as a table, for whoever does not see the lanes: the latest first. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ScrollX } from '../../../../kit/scroll-x.tsx';
import table from '../../../../kit/table.module.css';
import texts from '../../../../kit/texts.module.css';
import { useFormat } from '../../../../parts/lab.tsx';
import { OwnerSwatch } from '../../../../parts/owner-swatch.tsx';
import type { Lane } from './lanes.ts';
import type { Words } from './words.ts';

const MOST_ROWS = 60;

interface Props {
  readonly lanes: readonly Lane[];
  readonly words: Words;
  readonly onPick: (atNs: number) => void;
}

export function SliceTable({ lanes, words, onPick }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const toggle = (
    <Button variant="subtle" size="compact-sm" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
      {t('timeline.asTable')}
    </Button>
  );
  if (!isOpen) return <div>{toggle}</div>;
  const all = lanes.flatMap(({ timeline }) => [...timeline.startNs.keys()].map((at) => ({ timeline, at })));
  const rows = all
    .sort((one, other) => other.timeline.startNs[other.at]! - one.timeline.startNs[one.at]!)
    .slice(0, MOST_ROWS);
  return (
    <div>
      {toggle}
      <ScrollX label={t('timeline.asTable')}>
        <table className={table['table']} aria-label={t('timeline.asTable')} data-testid="slices">
          <thead>
            <tr>
              <th>{t('timeline.column.who')}</th>
              <th>{t('timeline.column.cpu')}</th>
              {(['from', 'ran', 'waited'] as const).map((column) => (
                <th key={column} className={table['number']}>
                  {t(`timeline.column.${column}`)}
                </th>
              ))}
              <th>{t('timeline.column.came')}</th>
              <th>{t('timeline.column.left')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ timeline, at }) => (
              <tr key={`${timeline.hart}/${timeline.startNs[at]}`}>
                <td>
                  <OwnerSwatch owner={timeline.slot[at] ?? 'free'} />{' '}
                  {words.who(timeline.slot[at] ?? 0, timeline.vcpu[at] ?? 0)}
                </td>
                <td>{words.hart(timeline.hart)}</td>
                <td className={table['number']}>
                  <Button
                    variant="subtle"
                    size="compact-xs"
                    onClick={() => onPick(timeline.startNs[at] ?? 0)}
                  >
                    {words.time(timeline.startNs[at] ?? 0)}
                  </Button>
                </td>
                <td className={table['number']}>{format.duration(timeline.ranNs[at] ?? 0)}</td>
                <td className={table['number']}>{format.duration(timeline.delayNs[at] ?? 0)}</td>
                <td>{words.how(timeline.entry[at] ?? '')}</td>
                <td>{words.why(timeline.why[at] ?? '')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      {all.length > MOST_ROWS ? (
        <p className={texts['quiet']}>{t('timeline.latest', { count: MOST_ROWS })}</p>
      ) : null}
    </div>
  );
}
