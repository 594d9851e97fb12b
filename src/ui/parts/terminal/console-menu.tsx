/** What can be done with a console, besides typing into it. */
import { ActionIcon, Menu } from '@mantine/core';
import type { Terminal } from '@xterm/xterm';
import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '../../kit/icons.tsx';
import { CONSOLE_FONTS, useChoices } from '../../state/choices.ts';
import { consoleOfWindow } from '../../state/console-address.ts';
import { tell, tellFailure } from '../../state/notices.ts';
import {
  canHaveWindows,
  closeConsoleWindow,
  openConsoleWindow,
  useOwnWindows,
} from '../../state/own-windows.ts';
import { linesOf } from './xterm.ts';

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly terminal: Terminal | null;
  readonly onSearch: () => void;
  readonly onFullScreen: () => void;
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell('notice.copied');
  } catch (error) {
    tellFailure(error);
  }
}

export function ConsoleMenu({ host, vm, terminal, onSearch, onFullScreen }: Props) {
  const { t } = useTranslation();
  const { screenReader, consoleFont, docked } = useChoices();
  const { setScreenReader, setConsoleFont, setDocked } = useChoices.getState();
  const isDocked = docked.some((each) => each.host === host && each.vm === vm);
  const hasWindow = useOwnWindows(({ consoles }) =>
    consoles.some((each) => each.host === host && each.vm === vm),
  );
  const isOwnWindow = consoleOfWindow() !== undefined;
  const back = (): void => closeConsoleWindow({ host, vm });
  const detach = (): void => {
    if (openConsoleWindow({ host, vm })) setDocked({ host, vm }, false);
    else tell('notice.noWindow', {}, 'info');
  };
  const smaller = CONSOLE_FONTS.findLast((size) => size < consoleFont);
  const larger = CONSOLE_FONTS.find((size) => size > consoleFont);
  const copyAll = (): void => {
    const all = terminal === null ? [] : linesOf(terminal).map(({ text }) => text);
    void copy(`${all.join('\n').trimEnd()}\n`);
  };
  const item = (key: string, icon: IconName, run: () => void, disabled = false) => (
    <Menu.Item leftSection={<Icon name={icon} size={14} />} onClick={run} disabled={disabled}>
      {t(`console.${key}`)}
    </Menu.Item>
  );
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" size="md" color="gray" aria-label={t('console.menu', { vm })}>
          <Icon name="menu" size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {item('search', 'search', onSearch)}
        {item(
          'copySelection',
          'copy',
          () => void copy(terminal?.getSelection() ?? ''),
          terminal?.hasSelection() !== true,
        )}
        {item('copyAll', 'copy', copyAll)}
        {item('clear', 'trash', () => terminal?.clear())}
        <Menu.Divider />
        {item('larger', 'plus', () => larger !== undefined && setConsoleFont(larger), larger === undefined)}
        {item(
          'smaller',
          'dot',
          () => smaller !== undefined && setConsoleFont(smaller),
          smaller === undefined,
        )}
        {document.fullscreenEnabled ? item('fullScreen', 'map', onFullScreen) : null}
        {canHaveWindows()
          ? item(
              hasWindow ? 'windowBack' : 'window',
              hasWindow ? 'close' : 'enlarge',
              hasWindow ? back : detach,
            )
          : null}
        {isOwnWindow ? item('windowBack', 'close', () => window.close()) : null}
        {isOwnWindow
          ? null
          : item(isDocked ? 'undock' : 'dock', isDocked ? 'close' : 'layout', () =>
              setDocked({ host, vm }, !isDocked),
            )}
        {item('screenReader', screenReader ? 'check' : 'accessible', () => setScreenReader(!screenReader))}
      </Menu.Dropdown>
    </Menu>
  );
}
