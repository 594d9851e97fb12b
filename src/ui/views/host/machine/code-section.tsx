/** The page of code where a vCPU is, or around an address: listing, where to look, what to do with the selected instruction. */
import { Button, Switch } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabError } from '#base/result';
import type { CodeView, Hex64, VmRef } from '#bridge/protocol/answers';
import { groupedHex } from '../../../kit/format.ts';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert, errorSentence } from '../../../parts/error-text.tsx';
import { type Answer, useClient, useFormat } from '../../../parts/lab.tsx';
import { SymbolInput } from '../../../parts/symbol-input.tsx';
import { tellFailure } from '../../../state/notices.ts';
import { toggled } from './breakpoint-list.ts';
import { CodeListing } from './code-listing.tsx';
import type { CodeActions } from './code-row.tsx';
import { addressesWithStop, type CodeRow, pageBeside, rowAt, rowsOf } from './code-rows.ts';
import css from './code-section.module.css';
import { placeOf } from './typed-place.ts';
import type { BreakpointsOf } from './use-breakpoints.ts';

interface Props {
  readonly vmRef: VmRef;
  readonly answer: Answer<CodeView>;
  /** The address that is looked at; undefined: pc, wherever it is. */
  readonly at: Hex64 | undefined;
  readonly onGo: (address: Hex64 | undefined) => void;
  readonly onRunTo: (address: Hex64) => void;
  readonly breakpoints: BreakpointsOf;
}

/** Where to look. */
function Where({
  vmRef,
  view,
  at,
  onGo,
  onBreakpoint,
  onRunTo,
}: {
  readonly vmRef: VmRef;
  readonly view: CodeView | null;
  readonly at: Hex64 | undefined;
  readonly onGo: Props['onGo'];
  readonly onBreakpoint: (address: Hex64) => void;
  readonly onRunTo: (address: Hex64) => void;
}) {
  const { t } = useTranslation();
  const client = useClient();
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState<LabError | null>(null);
  const withAddress = async (use: (address: Hex64) => void): Promise<void> => {
    const place = await placeOf(client, vmRef, text);
    setWrong(place.ok ? null : place.error);
    if (place.ok) use(place.value);
  };
  const beside = (by: 1 | -1): void => {
    const next = view === null ? null : pageBeside(view.page, by);
    if (next !== null) onGo(next);
  };
  return (
    <div className={layout['row-wrap']}>
      <Switch
        size="xs"
        label={t('machine.follow')}
        checked={at === undefined}
        onChange={(event) => onGo(event.currentTarget.checked ? undefined : view?.pc)}
      />
      <form
        className={layout['row-tight']}
        onSubmit={(event) => {
          event.preventDefault();
          withAddress(onGo).catch(tellFailure);
        }}
      >
        <SymbolInput
          host={vmRef.host}
          vm={vmRef.vm}
          label={t('machine.address')}
          className={css['address']}
          value={text}
          error={wrong === null ? undefined : errorSentence(wrong)}
          onChange={(typed) => {
            setText(typed);
            setWrong(null);
          }}
        />
        <Button size="compact-sm" variant="default" type="submit">
          {t('machine.go')}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => withAddress(onBreakpoint).catch(tellFailure)}
        >
          {t('machine.addBreakpoint')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => withAddress(onRunTo).catch(tellFailure)}>
          {t('machine.runToThere')}
        </Button>
      </form>
      <div className={layout['row-tight']}>
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
      <p className={`${texts['quiet']} ${css['selected']}`} id="code-keys">
        {t('machine.keys')}
      </p>
    );
  const { line, address } = row;
  const { target, targetSymbol } = line;
  return (
    <div
      className={`${layout['row-wrap']} ${css['selected']}`}
      role="toolbar"
      aria-label={t('machine.selected')}
    >
      <span className={texts['mono']}>
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
      <span className={texts['sr-only']} id="code-keys">
        {t('machine.keys')}
      </span>
    </div>
  );
}

export function CodeSection({ vmRef, answer, at, onGo, onRunTo, breakpoints }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { vm } = vmRef;
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
    <section className={layout['card']} aria-label={t('machine.codeTitle')}>
      <div className={layout['row-wrap']}>
        <h3>{t('machine.codeTitle')}</h3>
        {view === null ? null : (
          <span className={texts['quiet']}>
            {t('machine.page', { address: groupedHex(view.page) })} ·{' '}
            {t('common.trueAt', { time: format.clock(answer.at) })}
          </span>
        )}
      </div>
      <Where
        vmRef={vmRef}
        view={view}
        at={at}
        onGo={(address) => {
          onGo(address);
          setReveal((count) => count + 1);
        }}
        onBreakpoint={actions.toggle}
        onRunTo={actions.runTo}
      />
      <ErrorAlert error={answer.error} />
      {view !== null && rows.length === 0 ? (
        <p className={texts['quiet']}>{t('machine.noCode', { address: groupedHex(shown ?? view.pc) })}</p>
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
