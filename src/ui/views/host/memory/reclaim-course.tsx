/** The state of a host's memory over the last two minutes: its free frames as a line, with what each state needs. */
import { useTranslation } from 'react-i18next';
import type { HostMemoryStateId } from '#base/catalogue/host-memory-states';
import type { AnswerOf } from '#bridge/protocol/answers';
import legend from '../../../kit/legend.module.css';
import { Swatch } from '../../../kit/swatch.tsx';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import css from './reclaim-course.module.css';
import { coursePath, timeIn } from './reclaim-figures.ts';

/** How each state looks. */
const STATE_COLORS: Readonly<Record<HostMemoryStateId, string>> = {
  high: 'var(--green)',
  soft: 'var(--blue)',
  hard: 'var(--amber)',
  low: 'var(--red)',
};

interface Props {
  readonly reclaim: AnswerOf<'reclaim'>;
  readonly at: number;
}

export function ReclaimCourse({ reclaim, at }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { moments, thresholds, frames } = reclaim;
  const fromNs = moments[0]?.at ?? at;
  // What is far above all thresholds needs no telling apart.
  const most = 2 * Math.max(1, ...thresholds.map((each) => each.frames));
  const times = timeIn(moments, at);
  const shares = thresholds.flatMap(({ state }) => {
    const ns = times.get(state);
    return ns === undefined ? [] : [{ state, share: ns / Math.max(1, at - fromNs) }];
  });
  const said = shares
    .map(({ state, share }) => `${t(`hostMemory.${state}`)} ${format.share(share)}`)
    .join(', ');
  if (moments.length < 2) return <p className={texts['quiet']}>{t('reclaim.noCourse')}</p>;
  const x = (ns: number): number => (1000 * (ns - fromNs)) / Math.max(1, at - fromNs);
  return (
    <figure className={css['course']} data-testid="reclaim-course">
      <figcaption className={legend['legend']}>
        <b>{t('reclaim.course')}</b>
        {shares.map(({ state, share }) => (
          <span key={state} className={legend['item']}>
            <Swatch color={STATE_COLORS[state]} />
            {t(`hostMemory.${state}`)}: {format.share(share)}
          </span>
        ))}
      </figcaption>
      <div className={css['plot']}>
        <svg
          viewBox="0 0 1000 108"
          preserveAspectRatio="none"
          role="img"
          aria-label={t('reclaim.courseLabel', { span: format.duration(at - fromNs), states: said })}
        >
          {thresholds.map(({ state, frames: least }) => (
            <line
              key={state}
              x1={0}
              x2={1000}
              y1={100 * (1 - least / most)}
              y2={100 * (1 - least / most)}
              stroke={STATE_COLORS[state]}
            />
          ))}
          <path className={css['free']} d={coursePath(moments, { fromNs, toNs: at, most })} />
          {moments.map(({ at: since, state }, index) => {
            const before = moments[index - 1]?.state;
            if (before === state) return null;
            const end = moments.slice(index).find((each) => each.state !== state)?.at ?? at;
            return (
              <rect
                key={since}
                x={x(since)}
                width={Math.max(1, x(end) - x(since))}
                y={102}
                height={6}
                fill={STATE_COLORS[state]}
              />
            );
          })}
        </svg>
        {thresholds.map(({ state, frames: least }) => (
          <span
            key={state}
            className={css['threshold']}
            style={{ top: `${(100 / 1.08) * (1 - least / most)}%` }}
          >
            {t(`hostMemory.${state}`)} ≥ {format.percent(least / frames)}
          </span>
        ))}
      </div>
      <div className={css['times']}>
        <span>{format.clock(fromNs)}</span>
        <span>{format.clock(at)}</span>
      </div>
    </figure>
  );
}
