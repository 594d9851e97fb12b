/** What is set at a port of a switch: VLAN, guards, limits, the queue, the wire and what it does to frames. */
import { Button, NativeSelect, NumberInput, Switch, Tabs, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PortSettings } from '#base/scenario';
import { Dialog } from '../../kit/dialog.tsx';
import layout from '../../kit/layout.module.css';
import texts from '../../kit/texts.module.css';
import type { PortOf, StageChange } from './port-commands.ts';
import {
  changesOf,
  type Draft,
  draftOf,
  type FieldValue,
  isRight,
  keyOf,
  PORT_FIELDS,
  type PortField,
  type PortStageId,
} from './port-fields.ts';
import { useSetPort } from './use-set-port.ts';

/** Fields that stand together, in the order in which frames meet their stages. */
const GROUPS = [
  { id: 'apart', stages: ['vlan', 'private'] },
  { id: 'guards', stages: ['arp-guard', 'nd-guard', 'storm-control'] },
  { id: 'from', stages: ['class', 'police'] },
  { id: 'queue', stages: ['discipline', 'queue', 'shape'] },
  { id: 'way', stages: ['link', 'wire', 'netem'] },
] as const satisfies readonly { readonly id: string; readonly stages: readonly PortStageId[] }[];

type Group = (typeof GROUPS)[number]['id'];

interface FieldProps {
  readonly field: PortField;
  readonly value: FieldValue;
  readonly onChange: (value: FieldValue) => void;
}

function Field({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation();
  const label = t(`port.field.${field.stage}.${field.id}`);
  const isWrong = !isRight(field, value);
  switch (field.kind) {
    case 'number':
      return (
        <NumberInput
          label={label}
          value={Number.isNaN(Number(value)) || value === '' ? '' : Number(value)}
          min={field.least}
          max={field.most}
          decimalScale={3}
          {...(field.unit === '' ? {} : { suffix: ` ${field.unit}` })}
          placeholder={t('port.none')}
          onChange={onChange}
          error={isWrong ? t('port.wrong', { least: field.least, most: field.most }) : undefined}
        />
      );
    case 'choice':
      return (
        <NativeSelect
          label={label}
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
          data={field.choices.map((choice) => ({
            value: choice,
            label: t(`port.choice.${field.id}.${choice === '' ? 'none' : choice}`),
          }))}
        />
      );
    case 'switch':
      return (
        <Switch
          size="xs"
          label={label}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'numbers':
      return (
        <TextInput
          label={label}
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
          placeholder={field.isFree === true ? t('port.all') : undefined}
          error={isWrong ? t('port.wrongNumbers', { least: field.least, most: field.most }) : undefined}
          autoComplete="off"
          spellCheck={false}
        />
      );
    case 'bindings':
      return (
        <Textarea
          label={label}
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
          error={isWrong ? t('port.wrongBindings') : undefined}
          placeholder={t(`port.binding.${field.stage}`)}
          autosize
          minRows={2}
          maxRows={6}
          spellCheck={false}
        />
      );
  }
}

interface Props {
  readonly of: PortOf;
  readonly settings: PortSettings;
  /** What is shown first. */
  readonly initial?: Group;
  readonly onClose: () => void;
  /** Sets what changes, where it is to be taken back; true when it is done. */
  readonly onSet?: (changes: readonly StageChange[]) => Promise<boolean>;
}

export function PortDialog({ of, settings, initial = 'queue', onClose, onSet }: Props) {
  const { t } = useTranslation();
  const setPort = useSetPort();
  const [draft, setDraft] = useState<Draft>(() => draftOf(settings));
  const shown = PORT_FIELDS.filter((field) => field.when?.(draft) !== false);
  const [group, setGroup] = useState<Group>(initial);
  const wrong = shown.filter((field) => !isRight(field, draft[keyOf(field)] ?? ''));
  const isWrong = wrong.length > 0;
  const groups = GROUPS.map(({ id, stages }) => {
    const fields = shown.filter(({ stage }) => stages.some((each) => each === stage));
    return { id, stages, fields, hasWrong: fields.some((field) => wrong.includes(field)) };
  });
  const set = async (): Promise<void> => {
    const changes = changesOf(draft, settings);
    if (changes.length === 0 || (await (onSet?.(changes) ?? setPort(of, changes)))) onClose();
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isWrong) void set();
  };
  return (
    <Dialog
      opened
      onClose={onClose}
      size="lg"
      title={t('port.title', { port: of.port, switch: of.switch })}
      closeLabel={t('common.close')}
    >
      <form className={layout['stack']} onSubmit={onSubmit} noValidate>
        <Tabs value={group} onChange={(next) => setGroup(next as Group)} keepMounted={false}>
          <Tabs.List>
            {groups.map(({ id, hasWrong }) => (
              <Tabs.Tab key={id} value={id}>
                {t(`port.group.${id}`)}
                {hasWrong ? <span title={t('port.hasWrong')}> ⚠</span> : null}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {groups.map(({ id, stages, fields }) => (
            <Tabs.Panel key={id} value={id} className={layout['stack']} pt="sm">
              <p className={texts['quiet']}>{t(`port.hint.${id}`)}</p>
              {stages.map((stage) => (
                <div key={stage} className={layout['row-form']}>
                  {fields
                    .filter((field) => field.stage === stage)
                    .map((field) => (
                      <Field
                        key={keyOf(field)}
                        field={field}
                        value={draft[keyOf(field)] ?? ''}
                        onChange={(value) => setDraft({ ...draft, [keyOf(field)]: value })}
                      />
                    ))}
                </div>
              ))}
            </Tabs.Panel>
          ))}
        </Tabs>
        <div className={layout['row-end']}>
          <Button variant="default" onClick={() => setDraft(draftOf({}))}>
            {t('port.usual')}
          </Button>
          <Button type="submit" disabled={isWrong}>
            {t('port.set')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
