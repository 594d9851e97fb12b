/** What a switch has beside its ports: flow rules, and a port that hears what goes through others. */
import { Button, NativeSelect, Switch, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '#base/scenario';
import { Dialog } from '../../../kit/dialog.tsx';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { useCommand } from '../../../parts/lab.tsx';
import { listIn, rulesIn, rulesText } from './rule-text.ts';
import type { SwitchState } from './ways.ts';

const DIRECTIONS = ['both', 'in', 'out'] as const;
const ALL = '';

interface Props {
  readonly host: number;
  readonly at: SwitchState;
  readonly onClose: () => void;
}

export function RulesDialog({ host, at, onClose }: Props) {
  const { t } = useTranslation();
  const command = useCommand();
  const settings = (part: string): Settings | undefined =>
    at.parts.find((each) => each.part === part)?.settings;
  const [rules, mirror, tree] = [settings('rules'), settings('mirror'), settings('spanningTree')];
  const source = listIn(mirror, 'sources')[0];
  const [text, setText] = useState(() => rulesText('flow', rules));
  const [miss, setMiss] = useState(String(rules?.['miss'] ?? 'normal'));
  const [hasTree, setTree] = useState(tree !== undefined);
  const [to, setTo] = useState(String(mirror?.['to'] ?? ''));
  const [from, setFrom] = useState(String(source?.['port'] ?? ALL));
  const [direction, setDirection] = useState(String(source?.['direction'] ?? 'both'));
  const read = rulesIn('flow', text);
  const wrong = 'wrong' in read ? t('network.wrongLine', { line: read.wrong }) : undefined;
  const ports = at.ports.map(({ name }) => name);

  const set = async (): Promise<void> => {
    const given = 'rules' in read ? read.rules : [];
    // The form shows the first source alone; what else is heard stays.
    const [{ port: _, ...first } = {}, ...others] = listIn(mirror, 'sources');
    const heard = { ...first, ...(from === ALL ? {} : { port: from }), direction };
    const wanted = {
      rules: given.length === 0 && miss === 'normal' ? null : { rules: given, miss },
      mirror: to === '' ? null : { sources: [heard, ...others], to },
      // One that is there stays as it is set.
      spanningTree: hasTree ? (tree ?? {}) : null,
    };
    for (const [part, now] of [
      ['rules', rules],
      ['mirror', mirror],
      ['spanningTree', tree],
    ] as const) {
      if (JSON.stringify(wanted[part]) === JSON.stringify(now ?? null)) continue;
      const args = { switch: at.name, part, settings: wanted[part], was: now ?? null };
      if (!(await command(host, { op: 'switch.set', args }))) return;
    }
    onClose();
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
      title={t('network.editSwitch', { switch: at.name })}
      closeLabel={t('common.close')}
    >
      <form className={layout['stack']} onSubmit={onSubmit} noValidate>
        <fieldset className={layout['card']}>
          <legend>{t('network.rules')}</legend>
          <p className={texts['quiet']}>{t('network.hint.rules')}</p>
          <Textarea
            label={t('network.field.flowRules')}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            placeholder="200 drop sourceIp=10.0.0.2/32 protocol=udp"
            error={wrong}
            autosize
            minRows={3}
            maxRows={12}
            autoComplete="off"
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mono)' } }}
          />
          <NativeSelect
            label={t('network.field.miss')}
            value={miss}
            onChange={(event) => setMiss(event.currentTarget.value)}
            data={['normal', 'drop'].map((value) => ({ value, label: t(`network.choice.${value}`) }))}
          />
        </fieldset>
        <fieldset className={layout['card']}>
          <legend>{t('network.mirror')}</legend>
          <p className={texts['quiet']}>{t('network.hint.mirror')}</p>
          <div className={layout['row-form']}>
            <NativeSelect
              label={t('network.field.mirrorTo')}
              value={to}
              onChange={(event) => setTo(event.currentTarget.value)}
              data={[{ value: '', label: t('network.choice.nobody') }, ...ports]}
            />
            <NativeSelect
              label={t('network.field.mirrorFrom')}
              value={from}
              onChange={(event) => setFrom(event.currentTarget.value)}
              data={[{ value: ALL, label: t('network.choice.allPorts') }, ...ports]}
            />
            <NativeSelect
              label={t('network.field.direction')}
              value={direction}
              onChange={(event) => setDirection(event.currentTarget.value)}
              data={DIRECTIONS.map((value) => ({ value, label: t(`network.choice.${value}`) }))}
            />
          </div>
        </fieldset>
        <Switch
          size="xs"
          label={t('network.treeOn')}
          checked={hasTree}
          onChange={(event) => setTree(event.currentTarget.checked)}
        />
        <div className={layout['row-end']}>
          <Button type="submit" disabled={wrong !== undefined}>
            {t('network.set')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
