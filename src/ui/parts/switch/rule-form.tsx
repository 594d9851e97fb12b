/** One rule as a form: what it does, what it asks of a frame, and what it does besides. */
import { Checkbox, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { NS_PER_S } from '#base/virtual-time';
import texts from '../../kit/texts.module.css';
import { portNames } from './port-names.ts';
import { CHOICES, fieldsOf, PRIORITY, PROTOCOLS, type RuleField, type RuleKind } from './rule-fields.ts';
import css from './rule-list.module.css';
import type { RuleDraft } from './rule-text.ts';

interface Props {
  readonly kind: RuleKind;
  readonly draft: RuleDraft;
  /** Keys of fields in which something stands that cannot be meant. */
  readonly wrong: readonly string[];
  /** Names of the switch's ports. */
  readonly ports: readonly string[];
  readonly onChange: (draft: RuleDraft) => void;
}

const ETHER_TYPES = ['0x0800 IPv4', '0x0806 ARP', '0x86dd IPv6'];
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  mac: '52:54:00:00:00:01',
  prefix: '10.0.0.0/24',
  range: '80, 20-23',
};

interface FieldProps {
  readonly field: RuleField;
  readonly value: string;
  readonly isWrong: boolean;
  readonly ports: readonly string[];
  readonly onChange: (value: string) => void;
}

function Ports({ label, error, value, ports, onChange }: Omit<FieldProps, 'field' | 'isWrong'> & Labelled) {
  const named = value.split(',').filter((name) => name !== '');
  const all = portNames(ports, named);
  const set = (name: string, isOn: boolean): void =>
    onChange(all.filter((each) => (each === name ? isOn : named.includes(each))).join(','));
  return (
    <fieldset className={css['ports']}>
      <legend>{label}</legend>
      {all.map((name) => (
        <Checkbox
          key={name}
          size="xs"
          label={name}
          checked={named.includes(name)}
          onChange={(event) => set(name, event.currentTarget.checked)}
        />
      ))}
      {error === undefined ? null : <p className={css['error']}>{error}</p>}
    </fieldset>
  );
}
interface Labelled {
  readonly label: string;
  readonly error: string | undefined;
}

function Field({ field: { key, kind, least, most }, value, isWrong, ports, onChange }: FieldProps) {
  const { t } = useTranslation();
  const list = useId();
  const label = t(`rules.field.${key}`);
  const error = isWrong ? t(`rules.wrong.${kind}`, { least, most }) : undefined;
  if (kind === 'ports') return <Ports {...{ label, error, value, ports, onChange }} />;
  if (kind === 'port')
    return (
      <NativeSelect
        {...{ label, error, value }}
        onChange={(event) => onChange(event.currentTarget.value)}
        data={[
          { value: '', label: t(key === 'mirror' ? 'rules.nowhere' : 'rules.any') },
          ...portNames(ports, [value]),
        ]}
      />
    );
  if (kind === 'ns')
    return (
      <NumberInput
        {...{ label, error }}
        value={value === '' || Number.isNaN(Number(value)) ? value : Number(value) / NS_PER_S}
        min={0}
        decimalScale={9}
        suffix=" s"
        placeholder={t('rules.never')}
        onChange={(set) => onChange(set === '' ? '' : String(Math.round(Number(set) * NS_PER_S)))}
      />
    );
  const known = kind === 'protocol' ? PROTOCOLS : key === 'etherType' ? ETHER_TYPES : [];
  return (
    <>
      <TextInput
        {...{ label, error, value }}
        onChange={(event) => onChange(event.currentTarget.value.trim().split(' ')[0] ?? '')}
        placeholder={PLACEHOLDERS[kind] ?? t(key.startsWith('set') ? 'rules.unchanged' : 'rules.any')}
        autoComplete="off"
        spellCheck={false}
        list={known.length === 0 ? undefined : list}
      />
      {known.length === 0 ? null : (
        <datalist id={list}>
          {known.map((each) => {
            const [written, name = written] = each.split(' ');
            return <option key={each} value={written} label={name} />;
          })}
        </datalist>
      )}
    </>
  );
}

export function RuleForm({ kind, draft, wrong, ports, onChange }: Props) {
  const { t } = useTranslation();
  const set = (key: string) => (value: string) => onChange({ ...draft, [key]: value });
  const shown = fieldsOf(kind).filter(
    ({ key, actions }) =>
      actions === undefined || actions.includes(draft['action'] ?? '') || draft[key] !== undefined,
  );
  const group = (of: RuleField['group']) =>
    shown
      .filter((field) => field.group === of)
      .map((field) => (
        <Field
          key={field.key}
          field={field}
          value={draft[field.key] ?? ''}
          isWrong={wrong.includes(field.key)}
          ports={ports}
          onChange={set(field.key)}
        />
      ));
  return (
    <>
      <div className={css['fields']}>
        {kind === 'flow' ? (
          <NumberInput
            label={t('rules.field.priority')}
            value={draft['priority'] === '' ? '' : Number(draft['priority'])}
            min={PRIORITY.least}
            max={PRIORITY.most}
            allowDecimal={false}
            error={wrong.includes('priority') ? t('rules.wrong.whole', PRIORITY) : undefined}
            onChange={(value) => set('priority')(String(value))}
          />
        ) : null}
        {Object.entries(CHOICES[kind]).map(([key, choices]) => (
          <NativeSelect
            key={key}
            label={t(`rules.field.${key}`)}
            value={draft[key] ?? ''}
            onChange={(event) => set(key)(event.currentTarget.value)}
            data={choices.map((value) => ({ value, label: t(`rules.choice.${value}`) }))}
          />
        ))}
      </div>
      <p className={texts['quiet']}>{t('rules.matchHint')}</p>
      <div className={css['fields']}>{group('match')}</div>
      {kind === 'flow' ? (
        <>
          <p className={texts['quiet']}>{t('rules.doesHint')}</p>
          <div className={css['fields']}>{group('does')}</div>
        </>
      ) : null}
    </>
  );
}
