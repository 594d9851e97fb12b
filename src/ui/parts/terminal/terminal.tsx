/** The terminal of a console: its bar, its cells, and keys for those who have none. */
import { FitAddon } from '@xterm/addon-fit';
import type { Terminal } from '@xterm/xterm';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { HOST_CONSOLE } from '#base/catalogue/host-software';
import type { ConsoleStream } from '#bridge/client/console-stream';
import { Icon } from '../../kit/icons.tsx';
import layout from '../../kit/layout.module.css';
import { useMedia } from '../../kit/media.ts';
import hint from '../../kit/scroll-hint.module.css';
import { useScrollHintOf } from '../../kit/scroll-hint.ts';
import texts from '../../kit/texts.module.css';
import { useChoices } from '../../state/choices.ts';
import { tellError, tellFailure, useNotices } from '../../state/notices.ts';
import { useClient, useHost, useVm } from '../lab.tsx';
import css from './console.module.css';
import { ConsoleMenu } from './console-menu.tsx';
import { SearchBar } from './search-bar.tsx';
import { PanelSize } from './size.ts';
import { guardSoftInput, type SoftInput } from './soft-input.ts';
import { TouchKeys } from './touch-keys.tsx';
import { type Held, harmless, NOTHING_HELD, withHeld } from './typed.ts';
import { newTerminal } from './xterm.ts';

/** What is typed and not taken (the VM is off, its queue is full) is said, once for any number of keys. */
function typeOn(stream: ConsoleStream, text: string): void {
  stream.type(text).then((answer) => {
    if (!answer.ok) tellError(answer.error);
  }, tellFailure);
}

/** Scrolls a panel that is smaller than the terminal to where the cursor is. */
function showCursor(element: HTMLElement, { buffer, rows }: Terminal): void {
  const screen = element.querySelector<HTMLElement>('.xterm-screen');
  if (screen === null || element.scrollHeight <= element.clientHeight) return;
  const height = screen.clientHeight / rows;
  const top = buffer.active.cursorY * height;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top + 2 * height > element.scrollTop + element.clientHeight)
    element.scrollTop = top + 2 * height - element.clientHeight;
}

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly focus?: boolean;
  readonly isDocked?: boolean;
}

export default function TerminalView({ host, vm, focus = false, isDocked = false }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const screenReader = useChoices((state) => state.screenReader);
  const fontSize = useChoices((state) => state.consoleFont);
  const coarse = useMedia('(pointer: coarse)');
  const described = useVm(host, vm);
  const owner = useHost(host)?.name ?? '';
  const name = vm === HOST_CONSOLE ? owner : vm;
  const state = described?.state;
  const frame = useRef<HTMLElement>(null);
  const place = useRef<HTMLDivElement>(null);
  useScrollHintOf(place);
  const [terminal, setTerminal] = useState<Terminal | null>(null);
  const panel = useRef<PanelSize | null>(null);
  const soft = useRef<SoftInput | null>(null);
  const [dropped, setDropped] = useState(0);
  const [searching, setSearching] = useState(false);
  const [held, setHeld] = useState<Held>(NOTHING_HELD);
  const heldNow = useRef(held);
  heldNow.current = held;
  const stream = client.console(host, vm);

  const type = useRef((_text: string): void => undefined);
  type.current = (text) => {
    panel.current?.typed();
    typeOn(stream, withHeld(text, heldNow.current));
    if (heldNow.current === NOTHING_HELD) return;
    soft.current?.forget();
    heldNow.current = NOTHING_HELD;
    setHeld(NOTHING_HELD);
  };

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const { screenReader: reads, consoleFont } = useChoices.getState();
    const xterm = newTerminal({ screenReader: reads, fontSize: consoleFont });
    const fit = new FitAddon();
    xterm.loadAddon(fit);
    // The way out by keyboard (WCAG 2.1.2); all other keys are the guest's.
    xterm.attachCustomKeyEventHandler((event) => event.key !== 'Tab' || !event.shiftKey);
    xterm.open(element);
    const size = client.lab()?.hosts[host]?.vms.find(({ spec }) => spec.name === vm)?.terminal;
    const sized = new PanelSize(xterm, fit, {
      guest: size ?? { columns: 80, rows: 25, follows: false },
      isCrowded: () => useNotices.getState().list.length > 0,
      tell(columns, rows) {
        const told = client.calls.command(host, { op: 'console.resize', args: { vm, columns, rows } });
        told.catch(tellFailure);
      },
    });
    panel.current = sized;
    setTerminal(xterm);
    const detach = client.console(host, vm).attach((bytes, missing, anew) => {
      if (anew) {
        xterm.reset();
        setDropped(0);
      }
      if (missing > 0) setDropped((sum) => sum + missing);
      xterm.write(bytes);
    });
    const typing = xterm.onData((text) => type.current(text));
    const cursor = xterm.onCursorMove(() => showCursor(element, xterm));
    if (xterm.textarea !== undefined)
      soft.current = guardSoftInput(element, xterm.textarea, (text) => type.current(text));
    const observer = new ResizeObserver(() => sized.changed());
    observer.observe(element);
    const left = (): void => sized.left();
    element.addEventListener('focusout', left);
    // Before xterm sees it: paste goes through the same filter whatever way it comes.
    const paste = (event: ClipboardEvent): void => {
      event.preventDefault();
      event.stopPropagation();
      xterm.paste(harmless(event.clipboardData?.getData('text/plain') ?? ''));
    };
    element.addEventListener('paste', paste, true);
    if (focus) xterm.focus();
    return () => {
      element.removeEventListener('paste', paste, true);
      element.removeEventListener('focusout', left);
      observer.disconnect();
      soft.current?.end();
      soft.current = null;
      sized.end();
      panel.current = null;
      detach();
      typing.dispose();
      cursor.dispose();
      setTerminal(null);
      xterm.dispose();
    };
  }, [client, host, vm, focus]);

  useEffect(() => {
    if (panel.current !== null && described !== undefined) panel.current.guest = described.terminal;
  }, [described]);
  useEffect(() => {
    if (terminal === null) return;
    terminal.options.screenReaderMode = screenReader;
    terminal.options.fontSize = fontSize;
    panel.current?.changed();
  }, [terminal, screenReader, fontSize]);

  return (
    <section
      className={css['frame']}
      aria-label={t(isDocked ? 'console.dockedLabel' : 'console.label', { vm: name })}
      data-vm={vm}
      ref={frame}
    >
      <header className={css['bar']}>
        <Icon name="terminal" size={14} />
        <b className={texts['name']} title={name}>
          {name}
        </b>
        {state !== 'running' && state !== undefined ? (
          <span className={css['note']}>{t('console.notRunning', { state: t(`state.${state}`) })}</span>
        ) : null}
        {dropped > 0 ? <span className={css['note']}>{t('console.dropped', { count: dropped })}</span> : null}
        <span className={layout['grow']} />
        {described === undefined ? null : (
          <span
            className={css['size']}
            title={t(described.terminal.follows ? 'console.follows' : 'console.fixed')}
          >
            {described.terminal.columns} × {described.terminal.rows}
          </span>
        )}
        {vm === HOST_CONSOLE ? null : (
          <ConsoleMenu
            {...{ host, vm, terminal }}
            onSearch={() => setSearching(true)}
            onFullScreen={() => void frame.current?.requestFullscreen().catch(tellFailure)}
          />
        )}
      </header>
      {searching && terminal !== null ? (
        <SearchBar
          terminal={terminal}
          onClose={() => {
            setSearching(false);
            terminal.focus();
          }}
        />
      ) : null}
      <div className={`${css['cells']} ${hint['hint']}`} data-terminal="" ref={place} />
      {coarse ? (
        <TouchKeys
          held={held}
          onHold={(next) => {
            setHeld(next.ctrl || next.alt ? next : NOTHING_HELD);
            terminal?.focus();
          }}
          onKey={(text) => {
            soft.current?.forget();
            type.current(text);
            terminal?.focus();
          }}
          ownArrows={() => terminal?.modes.applicationCursorKeysMode === true}
        />
      ) : null}
    </section>
  );
}
