/** Rules as a form or as lines of text: both are the same text, so they show the same. With what each has decided. */
import { ActionIcon, Button, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '../../kit/icons.tsx';
import layout from '../../kit/layout.module.css';
import { LinesField } from '../../kit/lines-field.tsx';
import texts from '../../kit/texts.module.css';
import { useFormat } from '../lab.tsx';
import { MOST_RULES, type RuleKind } from './rule-fields.ts';
import { RuleForm } from './rule-form.tsx';
import css from './rule-list.module.css';
import {
  type Counted,
  countsOf,
  type Line,
  lineOf,
  linesIn,
  matchText,
  type RuleDraft,
  wrongLine,
} from './rule-text.ts';

interface Props {
  readonly kind: RuleKind;
  /** A rule a line. */
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** Names of the switch's ports. */
  readonly ports: readonly string[];
  readonly counted: readonly Counted[];
}

const NEW: Readonly<Record<RuleKind, RuleDraft>> = {
  access: { action: 'deny', direction: 'in' },
  flow: { priority: '100', action: 'drop' },
};
const EXAMPLES: Readonly<Record<RuleKind, string>> = {
  access: 'deny in protocol=tcp destinationPort=22',
  flow: '200 drop sourceIp=10.0.0.2/32 protocol=udp',
};

/** The line that is no rule, and why. */
function useWrong(): (kind: RuleKind, text: string) => string | undefined {
  const { t } = useTranslation();
  return (kind, text) => {
    const wrong = wrongLine(kind, text);
    if (wrong === undefined) return undefined;
    const { line, key } = wrong;
    return key === undefined ? t('rules.wrongLine', { line }) : t('rules.wrongField', { line, field: key });
  };
}

function Act({
  icon,
  text,
  ...rest
}: {
  readonly icon: IconName;
  readonly text: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}) {
  return (
    <ActionIcon size={26} variant="default" aria-label={text} title={text} {...rest}>
      <Icon name={icon} size={13} />
    </ActionIcon>
  );
}

/** What a rule does to whom, in words. */
function useSaid(): (kind: RuleKind, draft: RuleDraft) => string {
  const { t } = useTranslation();
  return (kind, draft) => {
    const action = t(`rules.choice.${draft['action'] ?? ''}`);
    return kind === 'access'
      ? `${action}, ${t(`rules.choice.${draft['direction'] ?? ''}`)}`
      : `${t('rules.priorityOf', { priority: draft['priority'] || '?' })}: ${action}`;
  };
}

interface RowProps extends Pick<Props, 'kind' | 'ports'> {
  readonly place: number;
  readonly line: Line;
  readonly frames: number | undefined;
  readonly isLast: boolean;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
  readonly onChange: (draft: RuleDraft) => void;
}

function Row({ kind, ports, place, line, frames, isLast, isOpen, ...on }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const said = useSaid();
  const number = place + 1;
  const { draft, wrong } = line;
  const isWrong = draft === undefined || wrong.length > 0;
  return (
    <li className={css['rule']} data-wrong={isWrong || undefined} data-testid={`rule-row-${place}`}>
      <div className={css['head']}>
        <span className={texts['quiet']}>{number}</span>
        <span className={css['said']}>
          {draft === undefined || draft['action'] === '' ? (
            <code>{line.text}</code>
          ) : (
            <>
              {said(kind, draft)} · <code>{matchText(kind, draft) || t('rules.everything')}</code>
            </>
          )}
        </span>
        <span className={texts['quiet']} title={t('rules.hitsHint')}>
          {frames === undefined
            ? t('rules.isNew')
            : t('rules.hits', { shown: format.count(frames), count: frames })}
        </span>
        <span className={layout['row-tight']}>
          <Act
            icon="up"
            text={t('rules.up', { number })}
            disabled={place === 0}
            onClick={() => on.onMove(-1)}
          />
          <Act
            icon="down"
            text={t('rules.down', { number })}
            disabled={isLast}
            onClick={() => on.onMove(1)}
          />
          <ActionIcon
            size={26}
            variant={isOpen ? 'light' : 'default'}
            aria-label={t('rules.edit', { number })}
            title={t('rules.edit', { number })}
            aria-expanded={isOpen}
            disabled={draft === undefined}
            onClick={on.onOpen}
          >
            <Icon name="edit" size={13} />
          </ActionIcon>
          <Act icon="trash" text={t('rules.remove', { number })} onClick={on.onRemove} />
        </span>
      </div>
      {draft === undefined ? <p>{t('rules.noRule')}</p> : null}
      {draft === undefined || !isOpen ? null : (
        <RuleForm kind={kind} draft={draft} wrong={wrong} ports={ports} onChange={on.onChange} />
      )}
    </li>
  );
}

function Form({ kind, text, onChange, ports, counted }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<number>();
  const lines = linesIn(kind, text);
  const written = lines.map((line) => line.text);
  const frames = countsOf(
    lines.map((line) => (line.draft === undefined ? line.text : lineOf(kind, line.draft))),
    counted,
  );
  const set = (all: readonly string[]): void => onChange(all.join('\n'));
  const move = (place: number, by: -1 | 1): void => {
    const to = place + by;
    set(written.map((line, at) => (at === place ? written[to] : at === to ? written[place] : line) ?? ''));
    if (open === place) setOpen(to);
    else if (open === to) setOpen(place);
  };
  return (
    <>
      {lines.length === 0 ? <p className={texts['quiet']}>{t('rules.none')}</p> : null}
      <ol className={css['rules']}>
        {lines.map((line, place) => (
          <Row
            // biome-ignore lint/suspicious/noArrayIndexKey: a rule is known by its place
            key={place}
            {...{ kind, ports, place, line }}
            frames={frames[place]}
            isLast={place === lines.length - 1}
            isOpen={open === place}
            onOpen={() => setOpen(open === place ? undefined : place)}
            onMove={(by) => move(place, by)}
            onRemove={() => {
              set(written.filter((_, at) => at !== place));
              setOpen(open === undefined || open === place ? undefined : open - (open > place ? 1 : 0));
            }}
            onChange={(draft) => set(written.map((each, at) => (at === place ? lineOf(kind, draft) : each)))}
          />
        ))}
      </ol>
      <div>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<Icon name="plus" size={14} />}
          disabled={lines.length >= MOST_RULES[kind]}
          onClick={() => {
            set([...written, lineOf(kind, NEW[kind])]);
            setOpen(written.length);
          }}
        >
          {t('rules.add')}
        </Button>
      </div>
    </>
  );
}

export function RuleList(props: Props) {
  const { kind, text, onChange } = props;
  const { t } = useTranslation();
  const wrongOf = useWrong();
  const [as, setAs] = useState('form');
  return (
    <div className={layout['stack']}>
      <SegmentedControl
        size="xs"
        value={as}
        onChange={setAs}
        aria-label={t('rules.as')}
        data={['form', 'text'].map((value) => ({ value, label: t(`rules.asWhat.${value}`) }))}
      />
      {as === 'form' ? (
        <Form {...props} />
      ) : (
        <LinesField
          label={t('rules.lines')}
          description={t(`rules.linesHint.${kind}`)}
          value={text}
          onChange={onChange}
          placeholder={EXAMPLES[kind]}
          error={wrongOf(kind, text)}
          minRows={3}
          maxRows={12}
        />
      )}
    </div>
  );
}
