/** Mounts the page over any client: the components never know where their lab runs. */
import './mantine-styles.ts';
import './theme.css';
import './base.css';
import { createTheme, localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { LabClient } from '#bridge/client/client';
import { App } from './app/app.tsx';
import { ViewsProvider } from './app/views.tsx';
import { startLanguage } from './i18n/language.ts';
import { setBeforeFrame } from './kit/frame-clock.ts';
import { LabProvider } from './parts/lab.tsx';
import { startAtAddress } from './state/choices.ts';
import { keepPace } from './state/pace.ts';
import { VIEWS } from './views/registry.tsx';
import type { View } from './views/view.ts';

// The colours behind these names are CSS variables of theme.css: nothing is written into the page at run time.
const THEME = createTheme({
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: 'sm',
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    NativeSelect: { defaultProps: { size: 'xs' } },
    // In place, so that a menu lies in its landmark; fixed, so that nothing around it cuts it off.
    Menu: {
      defaultProps: {
        shadow: 'md',
        withinPortal: false,
        floatingStrategy: 'fixed',
        withInitialFocusPlaceholder: false,
      },
    },
  },
});

/** `onOpened` is called when the first lab runs; `views` are those that the page shall have. */
export function mountPage(client: LabClient, onOpened: () => void, views: readonly View[] = VIEWS): void {
  startLanguage();
  setBeforeFrame(() => client.readViews());
  keepPace(client);
  startAtAddress(views);
  // For tests and for the curious: the same client that the page uses.
  (globalThis as { virtlab?: LabClient }).virtlab = client;
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <MantineProvider
        theme={THEME}
        defaultColorScheme="auto"
        colorSchemeManager={localStorageColorSchemeManager({ key: 'virtlab.color-scheme' })}
        withCssVariables={false}
        withGlobalClasses={false}
      >
        <LabProvider client={client}>
          <ViewsProvider views={views}>
            <App onOpened={onOpened} />
          </ViewsProvider>
        </LabProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
