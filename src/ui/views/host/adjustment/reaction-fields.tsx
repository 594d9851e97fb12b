/** What the host shall do when an alarm fires, or when it is over. */
import { NativeSelect, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '#base/catalogue/limits';
import layout from '../../../kit/layout.module.css';
import { WholeNumber } from '../../../kit/whole-number.tsx';
import css from './loop.module.css';
import { DEEDS, type ReactionDraft } from './reaction.ts';

interface Props {
  readonly when: 'onFiring' | 'onResolved';
  readonly vms: readonly string[];
  readonly value: ReactionDraft;
  readonly onChange: (value: ReactionDraft) => void;
}

export function ReactionFields({ when, vms, value, onChange }: Props) {
  const { t } = useTranslation();
  const change = (part: Partial<ReactionDraft>): void => onChange({ ...value, ...part });
  const [first = ''] = vms;
  return (
    <fieldset className={`${css['group']} ${layout['row-form']}`}>
      <legend>{t(`adjustment.alarm.${when}`)}</legend>
      <NativeSelect
        label={t('adjustment.alarm.deed')}
        value={value.deed}
        data={DEEDS.map((deed) => ({ value: deed, label: t(`adjustment.alarm.deeds.${deed}`) }))}
        onChange={({ currentTarget }) => {
          const deed = DEEDS.find((each) => each === currentTarget.value) ?? 'nothing';
          change({ deed, vm: vms.includes(value.vm) ? value.vm : first });
        }}
      />
      {value.deed === 'nothing' ? null : (
        <NativeSelect
          label={t('adjustment.field.vm')}
          value={value.vm}
          data={[...vms]}
          onChange={(event) => change({ vm: event.currentTarget.value })}
        />
      )}
      {value.deed === 'cap' ? (
        <WholeNumber
          label={t('adjustment.alarm.capPercent')}
          value={value.capPercent}
          limits={LIMITS.cpuCapPercent}
          onChange={(capPercent) => change({ capPercent })}
        />
      ) : null}
      {value.deed === 'type' ? (
        <TextInput
          label={t('adjustment.alarm.text')}
          value={value.text}
          maxLength={LIMITS.typedLength - 1}
          onChange={(event) => change({ text: event.currentTarget.value })}
          autoComplete="off"
          spellCheck={false}
        />
      ) : null}
    </fieldset>
  );
}
