/** The page of code where a vCPU is, or around an address: listing, where to look, what to do with the selected instruction. */
import { Button, Switch, TextInput } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CodeView, Hex64 } from '#bridge/protocol/answers';
import { groupedHex, parseAddress } from '../../kit/format.ts';
import { Icon } from '../../kit/icons.tsx';
import { ErrorAlert } from '../../parts/error-text.tsx';
import { type Answer, useFormat } from '../../parts/lab.tsx';
import { toggled } from './breakpoint-list.ts';
import { type CodeActions, CodeListing } from './code-listing.tsx';
import { addressesWithStop, type CodeRow, pageBeside, rowAt, rowsOf } from './code-rows.ts';
import type { BreakpointsOf } from './use-breakpoints.ts';

interface Props {
  readonly vm: string;
  readonly answer: Answer<CodeView>;
  /** The address that is looked at; undefined: pc, wherever it is. */
  readonly at: Hex64 | undefined;
  readonly onGo: (address: Hex64 | undefined) => void;
  readonly onRunTo: (address: Hex64) => void;
  readonly breakpoints: BreakpointsOf;
}

/** Where to look. */
function Where({
  view,
  at,
  onGo,
  onBreakpoint,
}: {
  readonly view: CodeView | null;
  readonly at: Hex64 | undefined;
  readonly onGo: Props['onGo'];
  readonly onBreakpoint: (address: Hex64) => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [isWrong, setWrong] = useState(false);
  const withAddress = (use: (address: Hex64) => void): void => {
    const address = parseAddress(text);
    setWrong(address === undefined);
    if (address !== undefined) use(address);
  };
  const beside = (by: 1 | -1): void => {
    const next = view === null ? null : pageBeside(view.page, by);
    if (next !== null) onGo(next);
  };
  return (
    <div className="row wrap">
      <Switch
        size="xs"
        label={t('machine.follow')}
        checked={at === undefined}
        onChange={(event) => onGo(event.currentTarget.checked ? undefined : view?.pc)}
      />
      <form
        className="row tight"
        onSubmit={(event) => {
          event.preventDefault();
          withAddress(onGo);
        }}
      >
        <TextInput
          size="xs"
          className="machine-address"
          aria-label={t('machine.address')}
          placeholder={t('machine.address')}
          value={text}
          error={isWrong ? t('error.bad-address', { value: text }) : undefined}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setWrong(false);
          }}
        />
        <Button size="compact-sm" variant="default" type="submit">
          {t('machine.go')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => withAddress(onBreakpoint)}>
          {t('machine.addBreakpoint')}
        </Button>
      </form>
      <div className="row tight">
        <Button size="compact-sm" variant="default" onClick={() => beside(-1)}>
          {t('machine.pageBefore')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => beside(1)}>
          {t('machine.pageAfter')}
        </Button>
      </div>
    </div>
  );
}

/** What can be done with the instruction under the cursor: for fingers, and for those who do not know the keys. */
function Selected({
  row,
  hasStop,
  actions,
}: {
  readonly row: CodeRow | undefined;
  readonly hasStop: boolean;
  readonly actions: CodeActions;
}) {
  const { t } = useTranslation();
  if (row?.kind !== 'line')
    return (
      <p className="quiet machine-selected" id="code-keys">
        {t('machine.keys')}
      </p>
    );
  const { line, address } = row;
  const { target, targetSymbol } = line;
  return (
    <div className="row wrap machine-selected" role="toolbar" aria-label={t('machine.selected')}>
      <span className="mono">
        {groupedHex(address)} <b>{line.text}</b>
      </span>
      <Button size="compact-sm" variant="default" onClick={() => actions.toggle(address)}>
        {t(hasStop ? 'machine.removeHere' : 'machine.breakHere')}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => actions.runTo(address)}>
        {t('machine.runToHere')}
      </Button>
      {target === undefined ? null : (
        <Button
          size="compact-sm"
          variant="default"
          rightSection={<Icon name="right" size={12} />}
          onClick={() => actions.go(target)}
        >
          {targetSymbol ?? groupedHex(target)}
        </Button>
      )}
      <span className="sr-only" id="code-keys">
        {t('machine.keys')}
      </span>
    </div>
  );
}

export function CodeSection({ vm, answer, at, onGo, onRunTo, breakpoints }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = answer.value;
  const rows = useMemo(() => (view === null ? [] : rowsOf(view)), [view]);
  const shown = at ?? view?.pc ?? null;
  const [cursor, setCursor] = useState<Hex64 | null>(null);
  const [reveal, setReveal] = useState(0);
  // The cursor goes where one is led: to an address, or along with pc.
  useEffect(() => setCursor(shown), [shown]);

  const latest = useRef({ vm, view, onGo, onRunTo, breakpoints });
  latest.current = { vm, view, onGo, onRunTo, breakpoints };
  const actions = useMemo(
    (): CodeActions => ({
      toggle: (address) => {
        const { vm, view, breakpoints } = latest.current;
        if (view !== null) breakpoints.change(toggled(vm, address, view.space));
      },
      runTo: (address) => latest.current.onRunTo(address),
      go: (address) => {
        latest.current.onGo(address);
        setReveal((count) => count + 1);
      },
    }),
    [],
  );
  const stops = useMemo(
    () => addressesWithStop(breakpoints.list, vm, view?.space ?? ''),
    [breakpoints.list, vm, view?.space],
  );
  const index = cursor === null ? -1 : rowAt(rows, cursor);
  const row = rows[index];
  return (
    <section className="card" aria-label={t('machine.codeTitle')}>
      <div className="row wrap">
        <h3>{t('machine.codeTitle')}</h3>
        {view === null ? null : (
          <span className="quiet">
            {t('machine.page', { address: groupedHex(view.page) })} ·{' '}
            {t('common.trueAt', { time: format.clock(answer.at) })}
          </span>
        )}
      </div>
      <Where
        view={view}
        at={at}
        onGo={(address) => {
          onGo(address);
          setReveal((count) => count + 1);
        }}
        onBreakpoint={actions.toggle}
      />
      <ErrorAlert error={answer.error} />
      {view !== null && rows.length === 0 ? (
        <p className="quiet">{t('machine.noCode', { address: groupedHex(shown ?? view.pc) })}</p>
      ) : null}
      {view === null || rows.length === 0 ? null : (
        <>
          <CodeListing
            rows={rows}
            pc={view.pc}
            stops={stops}
            cursor={cursor}
            onCursor={setCursor}
            shown={shown}
            reveal={reveal}
            actions={actions}
          />
          <Selected row={row} hasStop={row !== undefined && stops.has(row.address)} actions={actions} />
        </>
      )}
    </section>
  );
}
