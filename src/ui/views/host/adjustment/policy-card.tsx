/** A policy at work, drawn as its loop: what it measured, what it wants by that, what it has set. */
import { useTranslation } from 'react-i18next';
import type { PolicySpec } from '#base/scenario';
import type { AnswerOf } from '#bridge/protocol/answers';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import { SmallButton } from '../../../kit/small-button.tsx';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import { OwnerSwatch } from '../../../parts/owner-swatch.tsx';
import { writeAdjustment, writeChange, writeFigure, writeTarget } from './figures.ts';
import css from './loop.module.css';

type Answer = AnswerOf<'adjustment'>;
type Policy = Answer['policies'][number];

interface Props {
  readonly policy: Policy;
  /** Of the VM; absent where there is none. */
  readonly slot: number | undefined;
  /** What it decided last. */
  readonly last: Answer['decisions'][number] | undefined;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}

function Condition({ when, value }: { readonly when: PolicySpec['when']; readonly value?: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (when === undefined) return <p className={texts['quiet']}>{t('adjustment.always')}</p>;
  const bounds = [
    ...(when.above === undefined ? [] : [`> ${writeFigure(format, when.above)}`]),
    ...(when.below === undefined ? [] : [`< ${writeFigure(format, when.below)}`]),
  ];
  return (
    <p>
      {t('adjustment.onlyWhile')} <span className={texts['mono']}>{when.metric}</span> {bounds.join(', ')}:{' '}
      {writeFigure(format, value)}
    </p>
  );
}

function Measured({ policy: { spec, inputs, condition } }: { readonly policy: Policy }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className={css['box']}>
      <h4>{t('adjustment.measured')}</h4>
      {spec.terms.map(({ metric, coefficient }, term) => {
        const input = inputs[term];
        const product = input === undefined ? undefined : input * coefficient;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: two terms may read the same
          <p key={term}>
            <span className={texts['mono']}>{metric}</span>: {writeFigure(format, input)} ×{' '}
            {writeFigure(format, coefficient)} = {writeChange(format, product)}
          </p>
        );
      })}
      <Condition when={spec.when} {...(condition === undefined ? {} : { value: condition })} />
      <p className={texts['quiet']}>{t('adjustment.over', { time: format.duration(spec.overNs) })}</p>
    </div>
  );
}

export function PolicyCard({ policy, slot, last, onEdit, onDelete }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { spec, unit, value, outcome = 'unasked', adjustment, halvings } = policy;
  const times = { hold: format.duration(spec.holdNs), coolDown: format.duration(spec.coolDownNs) };
  const write = (number: number): string => writeTarget(format, unit, number);
  const bounds = [
    ...(spec.least === undefined ? [] : [t('adjustment.atLeast', { value: write(spec.least) })]),
    ...(spec.most === undefined ? [] : [t('adjustment.atMost', { value: write(spec.most) })]),
  ];
  return (
    <article className={layout['card']} aria-label={spec.name} data-testid="policy">
      <div className={layout['row-wrap']}>
        <h4>{spec.name}</h4>
        <span>
          <OwnerSwatch owner={slot ?? 'free'} /> {spec.vm} · {t(`adjustment.target.${spec.target}`)}
        </span>
        <span className={layout['grow']} />
        <SmallButton icon="edit" aria-label={t('adjustment.editOf', { policy: spec.name })} onClick={onEdit}>
          {t('adjustment.edit')}
        </SmallButton>
        <SmallButton
          icon="trash"
          aria-label={t('adjustment.deleteOf', { policy: spec.name })}
          onClick={onDelete}
        >
          {t('adjustment.delete')}
        </SmallButton>
      </div>
      <div className={css['loop']}>
        <Measured policy={policy} />
        <span className={css['arrow']} aria-hidden="true">
          <Icon name="right" />
        </span>
        <div className={css['box']}>
          <h4>{t('adjustment.wanted')}</h4>
          <p className={css['big']}>{writeAdjustment(format, unit, adjustment)}</p>
          <p data-testid="policy-outcome">{t(`adjustment.outcome.${outcome}`, times)}</p>
          {spec.step === undefined ? null : (
            <p className={texts['quiet']}>{t('adjustment.stepAtMost', { value: write(spec.step) })}</p>
          )}
        </div>
        <span className={css['arrow']} aria-hidden="true">
          <Icon name="right" />
        </span>
        <div className={css['box']} data-acts={outcome === 'acts' || undefined}>
          <h4>{t('adjustment.acted')}</h4>
          <p className={css['big']} data-testid="policy-value">
            {value === undefined ? '–' : write(value)}
          </p>
          {last === undefined ? null : (
            <p>
              {t('adjustment.lastAct', {
                time: format.clock(last.at),
                from: write(last.from),
                to: write(last.to),
              })}
            </p>
          )}
          {bounds.length === 0 ? null : <p className={texts['quiet']}>{bounds.join(' · ')}</p>}
          {halvings === 0 ? null : <p>{t('adjustment.swings', { part: 2 ** halvings })}</p>}
        </div>
      </div>
    </article>
  );
}
