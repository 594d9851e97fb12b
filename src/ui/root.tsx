/** What every page of the site is in: styles, colours, language, and the client that its components are given. */
import './mantine-styles.ts';
import './theme.css';
import './base.css';
import { createTheme, localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { LabClient } from '#bridge/client/client';
import { startLanguage } from './i18n/language.ts';
import { LabProvider } from './parts/lab.tsx';

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

/** Shows components over a client; the result takes them away again. */
export function showPage(client: LabClient, page: ReactNode): () => void {
  startLanguage();
  const root = createRoot(document.getElementById('root')!);
  root.render(
    <StrictMode>
      <MantineProvider
        theme={THEME}
        defaultColorScheme="auto"
        colorSchemeManager={localStorageColorSchemeManager({ key: 'virtlab.color-scheme' })}
        withCssVariables={false}
        withGlobalClasses={false}
      >
        <LabProvider client={client}>{page}</LabProvider>
      </MantineProvider>
    </StrictMode>,
  );
  return () => root.unmount();
}
