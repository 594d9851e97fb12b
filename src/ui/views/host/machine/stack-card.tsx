/** The stack of the vCPU whose code is shown: words from sp on, and what each points at. */
import { useTranslation } from 'react-i18next';
import type { Stack, StackWord } from '#bridge/protocol/answers';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import type { Answer } from '../../../parts/lab.tsx';
import { useBefore } from '../../../parts/registers/use-before.ts';
import { NameLink, type PlaceActions, ValueLink } from './pointer-link.tsx';
import css from './state-cards.module.css';

interface Props {
  /** Of which vCPU. */
  readonly of: string;
  readonly answer: Answer<Stack>;
  readonly actions: PlaceActions;
}

/** What a word points at; what returns there is told from other code. */
function Meaning({ word, actions }: { readonly word: StackWord; readonly actions: PlaceActions }) {
  const { t } = useTranslation();
  const { kind, value, name } = word;
  if (kind === 'other') return null;
  const place = { address: value, kind: kind === 'variable' ? kind : 'code', name: name ?? '' } as const;
  return (
    <>
      {kind === 'return' ? <span className={texts['quiet']}>{t('machine.returnsTo')} </span> : null}
      {name === undefined ? (
        <button type="button" className={texts['link']} onClick={() => actions.toCode(value)}>
          {t('machine.code.there')}
        </button>
      ) : (
        <NameLink place={place} actions={actions} />
      )}
    </>
  );
}

export function StackCard({ of, answer, actions }: Props) {
  const { t } = useTranslation();
  const before = useBefore(answer, of);
  const { value } = answer;
  const earlier = new Map(before?.words.map((word) => [word.address, word.value]));
  return (
    <section className={layout['card']} data-testid="stack-card">
      <h3>{t('machine.stack')}</h3>
      <ErrorAlert error={answer.error} />
      {value === null ? null : value.words.length === 0 ? (
        <p className={texts['quiet']}>{t('machine.noStack')}</p>
      ) : (
        <div className={css['rows']}>
          <ScrollX label={t('machine.stack')}>
            <table className={`${table['table']} ${css['words']}`}>
              <thead>
                <tr>
                  <th>{t('machine.column.address')}</th>
                  <th>{t('registers.value')}</th>
                  <th>{t('machine.pointsAt')}</th>
                </tr>
              </thead>
              <tbody>
                {value.words.map((word, index) => {
                  const last = earlier.get(word.address);
                  return (
                    <tr
                      key={word.address}
                      data-kind={word.kind}
                      data-changed={(last !== undefined && last !== word.value) || undefined}
                    >
                      <td className={texts['mono']} title={word.address}>
                        {index === 0 ? 'sp' : `sp+${index * 8}`}
                      </td>
                      <td className={texts['mono']}>
                        <ValueLink value={word.value} actions={actions} />
                      </td>
                      <td>
                        <Meaning word={word} actions={actions} />
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </ScrollX>
        </div>
      )}
    </section>
  );
}
