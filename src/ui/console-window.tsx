/**
 * A window with one console, of the lab that runs in the page which has opened it. It has no lab and no worker of its own: it asks
 * that page's client, and goes when the page does.
 */
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabClient } from '#bridge/client/client';
import { NoticeStack } from './app/notice-stack.tsx';
import css from './console-window.module.css';
import { followOtherWindows, sayInLanguage } from './i18n/language.ts';
import { useShortcuts } from './kit/shortcuts.ts';
import { useClient, useStep, useVm } from './parts/lab.tsx';
import { VmConsole } from './parts/terminal/console.tsx';
import { showPage } from './root.tsx';
import type { DockedConsole } from './state/choices.ts';
import { tellFailure } from './state/notices.ts';

/** The client of the page that has opened this window; undefined without one, or where it is another site's. */
function clientOfOpener(): LabClient | undefined {
  try {
    return (window.opener as { readonly virtlab?: LabClient } | null)?.virtlab;
  } catch {
    return undefined;
  }
}

function ConsoleWindow({ host, vm }: DockedConsole) {
  const { t } = useTranslation();
  const client = useClient();
  const isThere = useVm(host, vm) !== undefined;
  const step = useStep();
  const toggle = (): void => {
    const { speed } = client.status();
    client.calls.setSpeed({ ...speed, running: !speed.running }).catch(tellFailure);
  };
  const oneQuantum = (): void => void step();
  useShortcuts({ F8: toggle, F9: oneQuantum });
  useEffect(() => {
    document.title = `${vm} · virtlab`;
  }, [vm]);
  return (
    <div className={css['window']}>
      <main className={css['console']}>
        {isThere ? <VmConsole host={host} vm={vm} focus /> : <p>{t('console.noVm', { vm })}</p>}
      </main>
      <NoticeStack />
    </div>
  );
}

/** Shows a console, or says that there is no lab to show it of. */
export function startConsoleWindow(which: DockedConsole): void {
  const client = clientOfOpener();
  if (client === undefined) {
    sayInLanguage(document.getElementById('root')!, 'console.noPage');
    return;
  }
  const end = showPage(client, <ConsoleWindow {...which} />);
  followOtherWindows();
  // Nothing of a window that is gone stays with the page, and nothing of a page that is gone stays on the screen.
  window.addEventListener('pagehide', end);
  (window.opener as Window).addEventListener('pagehide', () => window.close());
}
