/** A policy is written or changed: what it reads and adjusts, when, how far; and what it would have done so far. */
import { Button, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '#base/catalogue/limits';
import { NAME_PATTERN } from '#base/catalogue/names';
import type { LabError } from '#base/result';
import type { PolicySpec } from '#base/scenario';
import type { AnswerOf } from '#bridge/protocol/answers';
import { Dialog } from '../../../kit/dialog.tsx';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useClient } from '../../../parts/lab.tsx';
import type { MeasuredRow } from '../../../parts/samples/rows.ts';
import { tellFailure } from '../../../state/notices.ts';
import { DryRunTable } from './dry-run-table.tsx';
import { titleOf } from './figures.ts';
import css from './loop.module.css';
import { isRight, NUMBERS, type NumberId, type PolicyDraft, specOf } from './policy-draft.ts';
import { offersFor } from './readable-names.ts';
import { TermFields } from './term-fields.tsx';

type Targets = AnswerOf<'adjustment'>['targets'];

interface Props {
  readonly index: number;
  readonly vms: readonly string[];
  readonly targets: Targets;
  /** All that can be read; null while it is not known. */
  readonly measured: readonly MeasuredRow[] | null;
  /** Names of alarms. */
  readonly alarms: readonly string[];
  /** Names of others. */
  readonly taken: readonly string[];
  /** Absent: it is new. */
  readonly was: PolicySpec | undefined;
  readonly initial: PolicyDraft;
  /** @returns true when it was done */
  readonly onSave: (spec: PolicySpec) => Promise<boolean>;
  readonly onClose: () => void;
}

interface Tried {
  readonly spec: PolicySpec;
  readonly steps: AnswerOf<'dry-run'>;
}

export function PolicyDialog(props: Props) {
  const { index, vms, targets, measured, alarms, taken, was, initial, onSave, onClose } = props;
  const { t } = useTranslation();
  const client = useClient();
  const metrics = useId();
  const [draft, setDraft] = useState(initial);
  const [tried, setTried] = useState<Tried>();
  const [error, setError] = useState<LabError | null>(null);
  const spec = specOf(draft);
  const isTaken = taken.includes(draft.name);
  const isBadName = draft.name !== '' && !NAME_PATTERN.test(draft.name);
  const change = (part: Partial<PolicyDraft>): void => {
    setDraft({ ...draft, ...part });
    setTried(undefined);
    setError(null);
  };
  const tryOut = async (): Promise<void> => {
    if (spec === undefined) return;
    try {
      const answer = await client.ask(index, 'dry-run', { policy: spec });
      setError(answer.ok ? null : answer.error);
      setTried(answer.ok ? { spec, steps: answer.value.value } : undefined);
    } catch (failure) {
      tellFailure(failure);
    }
  };
  const save = async (): Promise<void> => {
    if (spec !== undefined && !isTaken && (await onSave(spec))) onClose();
  };
  const numberField = (id: NumberId) => {
    const { least, most, whole, may } = NUMBERS.find((each) => each.id === id)!;
    return (
      <NumberInput
        key={id}
        w={150}
        label={t(`adjustment.field.${id}`)}
        value={draft[id]}
        placeholder={may ? t('adjustment.noLimit') : undefined}
        allowDecimal={!whole}
        onChange={(value) => change({ [id]: value })}
        error={isRight(draft, id) ? undefined : t('adjustment.wrong', { least, most })}
      />
    );
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void save();
  };
  const unit = targets.find(({ id }) => id === tried?.spec.target)?.unit ?? 'count';
  const title = was === undefined ? t('adjustment.newPolicy') : t('adjustment.editOf', { policy: was.name });
  return (
    <Dialog opened onClose={onClose} size="xl" title={title} closeLabel={t('common.close')}>
      <form className={layout['stack']} onSubmit={onSubmit} noValidate>
        <p className={texts['quiet']}>{t('adjustment.formula')}</p>
        <datalist id={metrics}>
          {offersFor(measured, draft.vm, alarms).map(({ value, metric }) => (
            <option key={value} value={value} label={metric === undefined ? value : titleOf(metric)} />
          ))}
        </datalist>
        <div className={layout['row-form']}>
          <TextInput
            label={t('adjustment.field.name')}
            value={draft.name}
            disabled={was !== undefined}
            onChange={(event) => change({ name: event.currentTarget.value })}
            error={isTaken ? t('adjustment.taken') : isBadName ? t('adjustment.badName') : undefined}
            autoComplete="off"
            spellCheck={false}
          />
          <NativeSelect
            label={t('adjustment.field.vm')}
            value={draft.vm}
            data={vms.includes(draft.vm) ? vms : [draft.vm, ...vms]}
            onChange={(event) => change({ vm: event.currentTarget.value })}
          />
          <NativeSelect
            label={t('adjustment.field.target')}
            value={draft.target}
            data={targets.map(({ id }) => ({ value: id, label: t(`adjustment.target.${id}`) }))}
            onChange={(event) => change({ target: event.currentTarget.value })}
          />
          {/^(?:disk|network)-/.test(draft.target) ? numberField('device') : null}
        </div>
        <TermFields terms={draft.terms} list={metrics} onChange={(terms) => change({ terms })} />
        <fieldset className={`${css['group']} ${layout['row-form']}`}>
          <legend>{t('adjustment.condition')}</legend>
          <TextInput
            label={t('adjustment.field.whenMetric')}
            value={draft.whenMetric}
            list={metrics}
            maxLength={LIMITS.expressionLength}
            placeholder={t('adjustment.always')}
            onChange={(event) => change({ whenMetric: event.currentTarget.value })}
            autoComplete="off"
            spellCheck={false}
          />
          {(['above', 'below'] as const).map((id) => (
            <NumberInput
              key={id}
              w={120}
              label={t(`adjustment.field.${id}`)}
              value={draft[id]}
              disabled={draft.whenMetric.trim() === ''}
              onChange={(value) => change({ [id]: value })}
            />
          ))}
          {numberField('holdMs')}
        </fieldset>
        <fieldset className={`${css['group']} ${layout['row-form']}`}>
          <legend>{t('adjustment.brakes')}</legend>
          {(['overMs', 'coolDownMs', 'step', 'least', 'most', 'priority'] as const).map(numberField)}
        </fieldset>
        <ErrorAlert error={error} />
        {tried === undefined ? null : <DryRunTable {...tried} unit={unit} />}
        <div className={layout['row-end']}>
          <Button variant="default" disabled={spec === undefined} onClick={() => void tryOut()}>
            {t('adjustment.tryOut')}
          </Button>
          <Button type="submit" disabled={spec === undefined || isTaken}>
            {t('adjustment.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
