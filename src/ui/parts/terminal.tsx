/**
 * The terminal of a console. Guest output is bytes to a cell grid: clipboard writes (OSC 52), links (OSC 8) and title
 * changes are off, the terminal never answers by itself, and ESC is stripped from what is pasted.
 */
import { ActionIcon, Menu } from '@mantine/core';
import { FitAddon } from '@xterm/addon-fit';
import { type ITheme, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConsoleStream } from '#bridge/client/console-stream';
import { Icon } from '../kit/icons.tsx';
import layout from '../kit/layout.module.css';
import { useMedia } from '../kit/media.ts';
import { useChoices } from '../state/choices.ts';
import { tell, tellError, tellFailure } from '../state/notices.ts';
import css from './console.module.css';
import { useClient, useVm } from './lab.tsx';

const THEME: ITheme = {
  background: '#12161c',
  foreground: '#d6dde6',
  cursor: '#8ecae6',
  selectionBackground: '#33506b',
  black: '#2a313b',
  red: '#ee7b84',
  green: '#6ccf9c',
  yellow: '#e5c07b',
  blue: '#74b6f2',
  magenta: '#d097e2',
  cyan: '#6fc9d1',
  white: '#d6dde6',
  brightBlack: '#8793a3',
};

/**
 * OSC sequences that reach outside the grid: titles (0, 1, 2), links (8), clipboard (52); and those that ask for colours
 * (4, 10, 11, 12).
 */
const REFUSED_OSC = [0, 1, 2, 4, 8, 10, 11, 12, 52] as const;

/**
 * Questions to the terminal (position, attributes, modes). They stay without an answer: an answer would be input that
 * nobody typed, so a machine would run differently while somebody looks, and a shared link would answer twice.
 */
const REFUSED_QUESTIONS = [
  { final: 'n' },
  { prefix: '?', final: 'n' },
  { final: 'c' },
  { prefix: '>', final: 'c' },
  { prefix: '=', final: 'c' },
  { final: 't' },
  { prefix: '>', final: 'q' },
  { intermediates: '$', final: 'p' },
  { prefix: '?', intermediates: '$', final: 'p' },
] as const;

/** The mode in which a terminal tells that it got the focus: nobody typed that either. */
const REPORT_FOCUS = 1004;

/** What is pasted cannot contain escape sequences of its own. */
function harmless(text: string): string {
  return text.replaceAll('\u001b', '');
}

/** Keys that a phone has not got. */
const TOUCH_KEYS = [
  { label: 'Tab', text: '\t' },
  { label: 'Esc', text: '\u001b' },
  { label: 'Ctrl+C', text: '\u0003' },
  { label: 'Ctrl+D', text: '\u0004' },
  { label: '↑', text: '\u001b[A' },
  { label: '↓', text: '\u001b[B' },
] as const;

/** What is typed and not taken (the VM is off, its queue is full) is said, once for any number of keys. */
function typeOn(stream: ConsoleStream, text: string): void {
  stream.type(text).then((answer) => {
    if (!answer.ok) tellError(answer.error);
  }, tellFailure);
}

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly focus?: boolean;
}

export default function TerminalView({ host, vm, focus = false }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const screenReader = useChoices((state) => state.screenReader);
  const coarse = useMedia('(pointer: coarse)');
  const state = useVm(host, vm)?.state;
  const place = useRef<HTMLDivElement>(null);
  const terminal = useRef<Terminal | null>(null);
  const [dropped, setDropped] = useState(0);

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const xterm = new Terminal({
      theme: THEME,
      fontFamily: 'ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
      fontSize: 13,
      lineHeight: 1.15,
      scrollback: 3000,
      cursorBlink: false,
      // Early consoles (SBI) send bare line feeds.
      convertEol: true,
      allowProposedApi: false,
      linkHandler: null,
      screenReaderMode: useChoices.getState().screenReader,
    });
    for (const code of REFUSED_OSC) xterm.parser.registerOscHandler(code, () => true);
    for (const question of REFUSED_QUESTIONS) xterm.parser.registerCsiHandler(question, () => true);
    xterm.parser.registerCsiHandler({ prefix: '?', final: 'h' }, (modes) => modes.includes(REPORT_FOCUS));
    xterm.parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => true);
    // The way out by keyboard (WCAG 2.1.2); all other keys are the guest's.
    xterm.attachCustomKeyEventHandler((event) => event.key !== 'Tab' || !event.shiftKey);
    const fit = new FitAddon();
    xterm.loadAddon(fit);
    xterm.open(element);
    terminal.current = xterm;
    const stream = client.console(host, vm);
    const detach = stream.attach((bytes, missing, anew) => {
      if (anew) {
        xterm.reset();
        setDropped(0);
      }
      if (missing > 0) setDropped((sum) => sum + missing);
      xterm.write(bytes);
    });
    const typing = xterm.onData((text) => typeOn(stream, text));
    const refit = (): void => {
      if (element.clientWidth > 0 && element.clientHeight > 0) fit.fit();
    };
    const observer = new ResizeObserver(refit);
    observer.observe(element);
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
      observer.disconnect();
      detach();
      typing.dispose();
      terminal.current = null;
      xterm.dispose();
    };
  }, [client, host, vm, focus]);

  useEffect(() => {
    if (terminal.current !== null) terminal.current.options.screenReaderMode = screenReader;
  }, [screenReader]);

  const copy = async (): Promise<void> => {
    const xterm = terminal.current;
    if (xterm === null) return;
    const text = xterm.hasSelection() ? xterm.getSelection() : client.console(host, vm).text();
    try {
      await navigator.clipboard.writeText(text);
      tell('notice.copied');
    } catch (error) {
      tellFailure(error);
    }
  };

  return (
    <section className={css['frame']} aria-label={t('console.label', { vm })} data-vm={vm}>
      <header className={css['bar']}>
        <Icon name="terminal" size={14} />
        <span className={css['name']}>{vm}</span>
        {state !== 'running' && state !== undefined ? (
          <span className={css['note']}>{t('console.notRunning', { state: t(`state.${state}`) })}</span>
        ) : null}
        {dropped > 0 ? <span className={css['note']}>{t('console.dropped', { count: dropped })}</span> : null}
        <span className={layout['grow']} />
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" size="sm" color="gray" aria-label={t('console.menu', { vm })}>
              <Icon name="menu" size={14} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<Icon name="copy" size={14} />} onClick={() => void copy()}>
              {t('console.copy')}
            </Menu.Item>
            <Menu.Item
              leftSection={<Icon name="trash" size={14} />}
              onClick={() => terminal.current?.clear()}
            >
              {t('console.clear')}
            </Menu.Item>
            <Menu.Item
              leftSection={<Icon name={screenReader ? 'check' : 'accessible'} size={14} />}
              onClick={() => useChoices.getState().setScreenReader(!screenReader)}
            >
              {t('console.screenReader')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </header>
      <div className={css['cells']} data-terminal="" ref={place} />
      {coarse ? (
        <div className={css['keys']}>
          {TOUCH_KEYS.map((key) => (
            <button
              type="button"
              key={key.label}
              onClick={() => {
                typeOn(client.console(host, vm), key.text);
                terminal.current?.focus();
              }}
            >
              {key.label}
            </button>
          ))}
        </div>
      ) : null}
    </section>
  );
}
