/** The terms of a policy, metric × coefficient each: what they come to together is added to what is adjusted. */
import { ActionIcon, NumberInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '#base/catalogue/limits';
import { Icon } from '../../../kit/icons.tsx';
import { SmallButton } from '../../../kit/small-button.tsx';
import css from './loop.module.css';
import { NO_TERM, type PolicyDraft } from './policy-draft.ts';

type Terms = PolicyDraft['terms'];

interface Props {
  readonly terms: Terms;
  /** Of metrics that can be named. */
  readonly list: string;
  readonly onChange: (terms: Terms) => void;
}

export function TermFields({ terms, list, onChange }: Props) {
  const { t } = useTranslation();
  const set = (at: number, part: Partial<Terms[number]>): void =>
    onChange(terms.map((term, n) => (n === at ? { ...term, ...part } : term)));
  return (
    <fieldset className={css['group']}>
      <legend>{t('adjustment.terms')}</legend>
      {terms.map((term, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a term is its place
        <div key={at} className={css['term']}>
          <TextInput
            label={t('adjustment.field.metric', { number: at + 1 })}
            value={term.metric}
            list={list}
            maxLength={LIMITS.expressionLength}
            placeholder="steal"
            onChange={(event) => set(at, { metric: event.currentTarget.value })}
            autoComplete="off"
            spellCheck={false}
          />
          <NumberInput
            w={150}
            label={t('adjustment.field.coefficient', { number: at + 1 })}
            value={term.coefficient}
            leftSection="×"
            onChange={(coefficient) => set(at, { coefficient })}
          />
          <ActionIcon
            size={34}
            variant="default"
            disabled={terms.length === 1}
            aria-label={t('adjustment.removeTerm', { number: at + 1 })}
            onClick={() => onChange(terms.filter((_, n) => n !== at))}
          >
            <Icon name="close" size={14} />
          </ActionIcon>
        </div>
      ))}
      <SmallButton
        mt={6}
        icon="plus"
        type="button"
        disabled={terms.length >= LIMITS.policyTerms}
        onClick={() => onChange([...terms, NO_TERM])}
      >
        {t('adjustment.addTerm')}
      </SmallButton>
    </fieldset>
  );
}
