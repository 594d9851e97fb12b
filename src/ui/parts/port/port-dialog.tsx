/** What is set at a port of a switch: VLAN, guards, an access list, limits, the queue, the wire and what it does to frames, copies. */
import { Button, NativeSelect, NumberInput, Switch, Tabs, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../kit/dialog.tsx';
import layout from '../../kit/layout.module.css';
import texts from '../../kit/texts.module.css';
import { useEdit } from '../deeds/editing.ts';
import { deedOf, type PortOf, partChange, setPart, setStage } from '../switch/changes.ts';
import { isMirrorRight, mirrorDraftOf, mirrorOf } from '../switch/mirror-draft.ts';
import { MirrorPanel } from '../switch/mirror-panel.tsx';
import type { PortGroup } from '../switch/panels.ts';
import { RuleList } from '../switch/rule-list.tsx';
import { type Counted, countedRules } from '../switch/rule-text.ts';
import { type SwitchState, useSwitch } from '../switch/use-switch.ts';
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

/** Fields that stand together, in the order in which frames meet their stages. */
const GROUPS = [
  { id: 'apart', stages: ['vlan', 'private'] },
  { id: 'guards', stages: ['arp-guard', 'nd-guard', 'storm-control'] },
  { id: 'list', stages: ['access-list'] },
  { id: 'from', stages: ['class', 'police'] },
  { id: 'queue', stages: ['discipline', 'queue', 'shape'] },
  { id: 'way', stages: ['link', 'wire', 'netem'] },
] as const satisfies readonly { readonly id: PortGroup; readonly stages: readonly PortStageId[] }[];

interface FieldProps {
  readonly field: PortField;
  readonly value: FieldValue;
  readonly onChange: (value: FieldValue) => void;
  /** Of the switch. */
  readonly ports: readonly string[];
  readonly counted: readonly Counted[];
}

function Field({ field, value, onChange, ports, counted }: FieldProps) {
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
    case 'rules':
      return <RuleList {...{ kind: 'access', text: String(value), onChange, ports, counted }} />;
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
  /** What is shown first. */
  readonly initial?: PortGroup | undefined;
  readonly onClose: () => void;
}

/** What an access list shows of itself. */
interface Shown {
  readonly hits?: readonly number[];
}

type Port = SwitchState['ports'][number];

function Form({
  of,
  at,
  port,
  initial = 'queue',
  onClose,
}: Props & { readonly at: SwitchState; readonly port: Port }) {
  const { t } = useTranslation();
  const { act } = useEdit();
  // As they were when the dialog was opened: fields are compared with them.
  const [first] = useState(() => ({
    settings: port.settings,
    mirror: at.parts.find(({ part }) => part === 'mirror')?.settings,
  }));
  const { settings } = first;
  const [draft, setDraft] = useState<Draft>(() => draftOf(settings));
  const [mirror, setMirror] = useState(() => mirrorDraftOf(first.mirror));
  const shown = PORT_FIELDS.filter((field) => field.when?.(draft) !== false);
  const [group, setGroup] = useState<string | null>(initial);
  const wrong = shown.filter((field) => !isRight(field, draft[keyOf(field)] ?? ''));
  const isWrong = wrong.length > 0 || !isMirrorRight(mirror);
  const groups = GROUPS.map(({ id, stages }) => {
    const fields = shown.filter(({ stage }) => stages.some((each) => each === stage));
    return { id, stages, fields, hasWrong: fields.some((field) => wrong.includes(field)) };
  });
  const tabs = [...groups, { id: 'mirror', hasWrong: !isMirrorRight(mirror) }];
  const ports = at.ports.map(({ name }) => name);
  const { hits = [] } = (port.shows['access-list'] ?? {}) as Shown;
  const counted = countedRules('access', port.settings['access-list'], hits);
  const set = async (): Promise<void> => {
    const former = mirrorOf(mirrorDraftOf(first.mirror));
    const steps = [
      ...changesOf(draft, settings).map((change) => setStage(of, change)),
      ...partChange('mirror', first.mirror, former, mirrorOf(mirror)).map((change) => setPart(of, change)),
    ];
    if (steps.length === 0 || (await act(deedOf(of.host, steps)))) onClose();
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isWrong) void set();
  };
  return (
    <form className={layout['stack']} onSubmit={onSubmit} noValidate>
      <Tabs value={group} onChange={setGroup} keepMounted={false}>
        <Tabs.List>
          {tabs.map(({ id, hasWrong }) => (
            <Tabs.Tab key={id} value={id}>
              {t(`port.group.${id}`)}
              {hasWrong ? <span title={t('port.hasWrong')}> ⚠</span> : null}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {groups.map(({ id, stages, fields }) => (
          <Tabs.Panel key={id} value={id} className={layout['stack']} pt="sm">
            <p className={texts['quiet']}>{t(`port.hint.${id}`)}</p>
            {stages.map((stage) => {
              const own = fields.filter((field) => field.stage === stage);
              return own.length === 0 ? null : (
                <div key={stage} className={layout[stage === 'access-list' ? 'stack' : 'row-form']}>
                  {own.map((field) => (
                    <Field
                      key={keyOf(field)}
                      field={field}
                      value={draft[keyOf(field)] ?? ''}
                      onChange={(value) => setDraft({ ...draft, [keyOf(field)]: value })}
                      {...{ ports, counted }}
                    />
                  ))}
                </div>
              );
            })}
          </Tabs.Panel>
        ))}
        <Tabs.Panel value="mirror" className={layout['stack']} pt="sm">
          <MirrorPanel draft={mirror} ports={ports} own={of.port} onChange={setMirror} />
        </Tabs.Panel>
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
  );
}

export function PortDialog(props: Props) {
  const { of, onClose } = props;
  const { t } = useTranslation();
  const at = useSwitch(of);
  const port = at?.ports.find(({ name }) => name === of.port);
  return (
    <Dialog
      opened
      onClose={onClose}
      size="lg"
      title={t('port.title', { port: of.port, switch: of.switch })}
      closeLabel={t('common.close')}
    >
      {at === undefined || port === undefined ? null : <Form {...props} at={at} port={port} />}
    </Dialog>
  );
}
