/** What keeps a port apart from others: its VLAN, private ports, guards of addresses, storm control and an access list. */
import { Button, NativeSelect, Switch, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '#base/catalogue/limits';
import type { PortSettings } from '#base/scenario';
import { Dialog } from '../../../kit/dialog.tsx';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { WholeNumber } from '../../../kit/whole-number.tsx';
import { useSetPort } from '../../../parts/port/use-set-port.ts';
import { changesOf, draftOf, type IsolationDraft, wrongLine } from './isolation-draft.ts';

const RATES = { least: 1, most: 10_000_000 } as const;
const BURSTS = { least: 1, most: 10_000 } as const;

type Id = keyof IsolationDraft;
interface FieldsProps {
  readonly draft: IsolationDraft;
  readonly onChange: (changed: Partial<IsolationDraft>) => void;
}

function useFields({ draft, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const label = (id: Id): string => t(`network.field.${id}`);
  return {
    whole: (id: Id, limits: { readonly least: number; readonly most: number }) => (
      <WholeNumber
        label={label(id)}
        value={typeof draft[id] === 'boolean' ? '' : draft[id]}
        limits={limits}
        placeholder={t('network.none')}
        onChange={(value) => onChange({ [id]: value })}
      />
    ),
    choice: (id: Id, choices: readonly string[]) => (
      <NativeSelect
        label={label(id)}
        value={String(draft[id])}
        onChange={(event) => onChange({ [id]: event.currentTarget.value })}
        data={choices.map((value) => ({
          value,
          label: t(`network.choice.${value === '' ? `${id}None` : value}`),
        }))}
      />
    ),
    onOff: (id: Id) => (
      <Switch
        size="xs"
        label={label(id)}
        checked={draft[id] === true}
        onChange={(event) => onChange({ [id]: event.currentTarget.checked })}
      />
    ),
    line: (id: Id) => (
      <TextInput
        label={label(id)}
        value={String(draft[id])}
        onChange={(event) => onChange({ [id]: event.currentTarget.value })}
        autoComplete="off"
        spellCheck={false}
      />
    ),
    lines: (id: Id, example: string, error?: string) => (
      <Textarea
        label={label(id)}
        value={String(draft[id])}
        onChange={(event) => onChange({ [id]: event.currentTarget.value })}
        placeholder={example}
        error={error}
        autosize
        minRows={2}
        maxRows={10}
        autoComplete="off"
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mono)' } }}
      />
    ),
  };
}

function Guards(props: FieldsProps) {
  const { draft } = props;
  const { onOff, lines } = useFields(props);
  return (
    <>
      {onOff('arp')}
      {draft.arp ? (
        <>
          {lines('arpBindings', '10.0.0.3 52:54:00:00:00:03')}
          {onOff('dhcp')}
          {onOff('packets')}
        </>
      ) : null}
      {onOff('nd')}
      {draft.nd ? (
        <>
          {lines('ndBindings', 'fd00::3 52:54:00:00:00:03')}
          {onOff('router')}
        </>
      ) : null}
    </>
  );
}

interface Props {
  readonly host: number;
  readonly switch: string;
  readonly port: string;
  readonly settings: PortSettings;
  readonly onClose: () => void;
}

export function IsolationDialog({ host, switch: name, port, settings, onClose }: Props) {
  const { t } = useTranslation();
  const setPort = useSetPort();
  const [draft, setDraft] = useState(() => draftOf(settings));
  const props = { draft, onChange: (more: Partial<IsolationDraft>) => setDraft({ ...draft, ...more }) };
  const { whole, choice, line, lines } = useFields(props);
  const wrong = wrongLine(draft);
  const set = async (): Promise<void> => {
    if (await setPort({ host, switch: name, port }, changesOf(draft, settings))) onClose();
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (wrong === undefined) void set();
  };
  return (
    <Dialog
      opened
      onClose={onClose}
      size="lg"
      title={t('network.editPort', { port, switch: name })}
      closeLabel={t('common.close')}
    >
      <form className={layout['stack']} onSubmit={onSubmit} noValidate>
        <fieldset className={layout['card']}>
          <legend>{t('network.group.vlan')}</legend>
          <p className={texts['quiet']}>{t('network.hint.vlan')}</p>
          <div className={layout['row-form']}>
            {choice('vlan', ['', 'access', 'trunk'])}
            {draft.vlan === 'access' ? whole('access', LIMITS.vlans) : null}
            {draft.vlan === 'trunk' ? line('trunk') : null}
            {draft.vlan === 'trunk' ? whole('native', LIMITS.vlans) : null}
            {choice('role', ['', 'isolated', 'community', 'promiscuous'])}
            {draft.role === 'community' ? whole('community', LIMITS.vlans) : null}
          </div>
        </fieldset>
        <fieldset className={layout['card']}>
          <legend>{t('network.group.guards')}</legend>
          <p className={texts['quiet']}>{t('network.hint.guards')}</p>
          <Guards {...props} />
        </fieldset>
        <fieldset className={layout['card']}>
          <legend>{t('network.group.storm')}</legend>
          <p className={texts['quiet']}>{t('network.hint.storm')}</p>
          <div className={layout['row-form']}>
            {whole('broadcast', RATES)}
            {whole('multicast', RATES)}
            {whole('unknown', RATES)}
            {whole('burst', BURSTS)}
          </div>
        </fieldset>
        <fieldset className={layout['card']}>
          <legend>{t('network.group.list')}</legend>
          <p className={texts['quiet']}>{t('network.hint.list')}</p>
          {lines(
            'rules',
            'deny in protocol=tcp destinationPort=22',
            wrong === undefined ? undefined : t('network.wrongLine', { line: wrong }),
          )}
          <div className={layout['row-form']}>
            {choice('defaultIn', ['permit', 'deny'])}
            {choice('defaultOut', ['permit', 'deny'])}
          </div>
        </fieldset>
        <div className={layout['row-end']}>
          <Button variant="default" onClick={() => setDraft(draftOf({}))}>
            {t('network.nothing')}
          </Button>
          <Button type="submit" disabled={wrong !== undefined}>
            {t('network.set')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
