/** What the samples tell, in words; each leads to the samples that it was drawn from. */
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { metricTextsOf } from '#base/texts/metric-texts';
import type { AnswerOf, HostDescription } from '#bridge/protocol/answers';
import { languageNow } from '../../../i18n/language.ts';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import { SmallButton } from '../../../kit/small-button.tsx';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import { keyOfThing } from '../../../parts/samples/rows.ts';
import { useChoices } from '../../../state/choices.ts';
import { hostRoute } from '../../../state/routes.ts';
import css from './metrics.module.css';

const EVERY_MS = 1500;
/** More of them are told when somebody asks. */
const FEW = 6;

type Conclusion = AnswerOf<'conclusions'>[number];
type Evidence = Conclusion['from'][number];

interface Props {
  readonly index: number;
  readonly host: HostDescription;
  /** A person wants to see samples. */
  readonly onShow: () => void;
}

export function Conclusions({ index, host, onShow }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const card = useRef<HTMLElement>(null);
  const [isWhole, setWhole] = useState(false);
  const { value, error } = useAnswer(() => client.ask(index, 'conclusions', {}), EVERY_MS, [index], {
    ...{ card, changedBy: 'guests' },
  });
  const all = value ?? [];
  const shown = isWhole ? all : all.slice(0, FEW);
  return (
    <section ref={card} className={layout['card']} data-testid="conclusions">
      <header className={layout['row-wrap']}>
        <h3>{t('metrics.conclusions.title')}</h3>
        <span className={layout['grow']} />
        {all.length > FEW ? (
          <SmallButton
            icon={isWhole ? 'up' : 'down'}
            aria-expanded={isWhole}
            onClick={() => setWhole(!isWhole)}
          >
            {isWhole ? t('metrics.conclusions.fewer') : t('metrics.conclusions.all', { count: all.length })}
          </SmallButton>
        ) : null}
      </header>
      <ErrorAlert error={error} />
      {value !== null && all.length === 0 ? (
        <p className={texts['quiet']}>{t('metrics.conclusions.none')}</p>
      ) : null}
      <ul className={css['conclusions']}>
        {shown.map((each) => (
          <One
            key={`${each.kind} ${each.vm ?? ''} ${each.from[0]?.metric ?? ''} ${each.from[0]?.part ?? ''}`}
            {...{ index, host, onShow }}
            conclusion={each}
          />
        ))}
      </ul>
    </section>
  );
}

function One({ index, host, conclusion, onShow }: Props & { readonly conclusion: Conclusion }) {
  const { t } = useTranslation();
  const language = languageNow();
  const { kind, matters, said, because, from } = conclusion;
  return (
    <li className={css['conclusion']} data-kind={kind}>
      <Icon name={matters ? 'alert' : 'chart'} size={14} />
      <div>
        <p>{said[language]}</p>
        <p className={texts['quiet']}>{because[language]}</p>
        <p className={layout['row-wrap']}>
          <span className={texts['quiet']}>{t('metrics.conclusions.samples')}</span>
          {from.slice(0, 4).map((each) => (
            <Samples key={JSON.stringify(each)} {...{ index, host, onShow }} evidence={each} />
          ))}
        </p>
      </div>
    </li>
  );
}

/** Shows the samples: the metric's chart, over the stretch that they are of. */
function Samples({ index, host, evidence, onShow }: Props & { readonly evidence: Evidence }) {
  const format = useFormat();
  const { metric, fromNs, toNs } = evidence;
  const of = keyOfThing(evidence);
  const title = metricTextsOf(metric, metric).title[languageNow()];
  return (
    <button
      type="button"
      className={texts['link']}
      onClick={() => {
        const { go, setRange } = useChoices.getState();
        setRange({ kind: 'part', fromNs, toNs });
        go(hostRoute(index, 'metrics', { metric, ...(of === '' ? {} : { of }) }), 'replace');
        onShow();
      }}
    >
      {title} · {of === '' ? host.name : of} · {format.clock(fromNs)} – {format.clock(toNs)}
    </button>
  );
}
