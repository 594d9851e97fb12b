/** Goes back over the maps that were kept since the view was opened. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import css from './time-scrub.module.css';
import type { ShownMoment } from './use-map-history.ts';

export function TimeScrub({ moment }: { readonly moment: ShownMoment }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { count, at } = moment;
  if (count < 2) return <p className={texts['quiet']}>{t('frames.noPast')}</p>;
  const said = at === null ? t('frames.now') : t('frames.asOf', { time: format.clock(moment.atNs) });
  return (
    <div className={layout['row-wrap']} data-testid="frame-past">
      <input
        type="range"
        className={css['range']}
        min={0}
        max={count}
        value={at ?? count}
        aria-label={t('frames.past')}
        aria-valuetext={said}
        onChange={(event) => moment.show(Number(event.currentTarget.value))}
      />
      <span className={css['said']}>{said}</span>
      <Button variant="default" size="compact-sm" disabled={at === null} onClick={() => moment.show(null)}>
        {t('frames.toNow')}
      </Button>
      <span className={texts['quiet']}>
        {t('frames.kept', { count, time: format.clock(moment.sinceNs), size: format.bytes(moment.bytes) })}
      </span>
    </div>
  );
}
