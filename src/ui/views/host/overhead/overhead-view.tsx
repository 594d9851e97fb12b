/** What virtualization costs: the same program on a bare hart and in VMs, where the time of each run went, and what each optimisation brings. */
import { Button, Progress } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { OVERHEAD_GROUPS, OVERHEAD_PARTS, OVERHEAD_RUNS } from '#base/catalogue/overhead';
import { languageNow } from '../../../i18n/language.ts';
import layout from '../../../kit/layout.module.css';
import legend from '../../../kit/legend.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import type { HostViewProps } from '../../view.ts';
import { GainsTable } from './gains-table.tsx';
import css from './overhead.module.css';
import { RunsTable } from './runs-table.tsx';
import { useOverhead } from './use-overhead.ts';

export default function OverheadView({ index }: HostViewProps) {
  const { t } = useTranslation();
  const { runs, current, error, begin, end } = useOverhead(index);
  const language = languageNow();
  const run = OVERHEAD_RUNS.find(({ id }) => id === current);
  const progress = t('overhead.progress', {
    done: runs.length,
    all: OVERHEAD_RUNS.length,
    group: OVERHEAD_GROUPS.find(({ id }) => id === run?.group)?.text[language],
    run: run?.text[language],
  });
  return (
    <div className={layout['sections']} data-testid="overhead">
      <p className={texts['quiet']}>{t('overhead.about')}</p>
      <div className={layout['row-wrap']}>
        {current === undefined ? (
          <Button variant={runs.length === 0 ? 'filled' : 'default'} onClick={begin}>
            {t(runs.length === 0 ? 'overhead.begin' : 'overhead.again')}
          </Button>
        ) : (
          <>
            <Button variant="default" onClick={end}>
              {t('common.cancel')}
            </Button>
            <Progress
              className={layout['grow'] ?? ''}
              value={(100 * runs.length) / OVERHEAD_RUNS.length}
              aria-label={progress}
            />
          </>
        )}
      </div>
      <p role="status" className={texts['quiet']}>
        {current === undefined
          ? runs.length === OVERHEAD_RUNS.length
            ? t('overhead.done', { all: runs.length })
            : ''
          : progress}
      </p>
      <ErrorAlert error={error} />
      {runs.length === 0 ? null : (
        <p className={legend['legend']}>
          {OVERHEAD_PARTS.map(({ id, text, hint }) => (
            <span key={id} className={legend['item']} title={hint[language]}>
              <i className={`${css['swatch']} ${css[id]}`} />
              {text[language]}
            </span>
          ))}
        </p>
      )}
      <GainsTable runs={runs} />
      {OVERHEAD_GROUPS.map(({ id, text }) => (
        <RunsTable key={id} title={text[language]} runs={runs.filter(({ group }) => group === id)} />
      ))}
    </div>
  );
}
