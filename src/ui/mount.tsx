/** Mounts the page over any client: the components never know where their lab runs. */
import type { LabClient } from '#bridge/client/client';
import { App } from './app/app.tsx';
import { ViewsProvider } from './app/views.tsx';
import { fetchLaterTexts, followOtherWindows } from './i18n/language.ts';
import { setBeforeFrame } from './kit/frame-clock.ts';
import { allNeed } from './kit/later.tsx';
import { showPage } from './root.tsx';
import { startAtAddress } from './state/choices.ts';
import { keepPace } from './state/pace.ts';
import { VIEWS } from './views/registry.tsx';
import type { View } from './views/view.ts';

/** `onOpened` is called when the first lab runs; `views` are those that the page shall have. */
export function mountPage(client: LabClient, onOpened: () => void, views: readonly View[] = VIEWS): void {
  allNeed(fetchLaterTexts);
  setBeforeFrame(() => client.readViews());
  keepPace(client);
  startAtAddress(views);
  // For tests and for the curious: the same client that the page uses. Windows with a console of this lab have it from here, too.
  const forPrograms = {
    virtlab: client,
    async virtualizers() {
      const [{ programs }] = await Promise.all([import('./programs.ts'), fetchLaterTexts()]);
      return programs(client);
    },
  };
  Object.assign(globalThis, forPrograms);
  showPage(
    client,
    <ViewsProvider views={views}>
      <App onOpened={onOpened} />
    </ViewsProvider>,
  );
  followOtherWindows();
}
