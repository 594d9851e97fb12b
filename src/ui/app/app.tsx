/** The page's frame: opens the lab that the address names, then header, navigation, the view, dialogs and messages. */
import { Button } from '@mantine/core';
import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorBoundary } from '../kit/error-boundary.tsx';
import layout from '../kit/layout.module.css';
import { useShortcuts } from '../kit/shortcuts.ts';
import texts from '../kit/texts.module.css';
import { ErrorAlert } from '../parts/error-text.tsx';
import { useClient, useLab, useStep } from '../parts/lab.tsx';
import { type Route, useChoices } from '../state/choices.ts';
import { tellFailure } from '../state/notices.ts';
import { TopologyView } from '../views/topology/topology-view.tsx';
import css from './app.module.css';
import { Dialogs } from './dialogs.tsx';
import { EMBEDDED } from './embed.ts';
import { Header } from './header.tsx';
import { Navigation } from './navigation.tsx';
import { NoticeStack } from './notice-stack.tsx';
import { useOpenedLab } from './opening.ts';
import { OpeningScreen } from './opening-screen.tsx';
import { StopBar } from './stop-bar.tsx';
import { Tour } from './tour.tsx';

const VmView = lazy(() => import('../views/vm/vm-view.tsx'));
const HostView = lazy(() => import('../views/host/host-view.tsx'));
const MachineView = lazy(() => import('../views/machine/machine-view.tsx'));
const ChartsView = lazy(() => import('../views/charts/charts-view.tsx'));

function View({ route }: { readonly route: Route }) {
  switch (route.view) {
    case 'topology':
      return <TopologyView />;
    case 'vm':
      return <VmView key={`${route.host}/${route.vm}`} host={route.host} name={route.vm} tab={route.tab} />;
    case 'host':
      return <HostView key={route.host} host={route.host} frame={route.frame} />;
    case 'charts':
      return <ChartsView />;
    case 'machine':
      return <MachineView key={route.host} route={route} />;
  }
}

export function App({ onOpened }: { readonly onOpened: () => void }) {
  const { t } = useTranslation();
  const client = useClient();
  const lab = useLab();
  const opening = useOpenedLab(onOpened);
  const route = useChoices((state) => state.route);

  const toggle = (): void => {
    const { speed } = client.status();
    client.calls.setSpeed({ ...speed, running: !speed.running }).catch(tellFailure);
  };
  const step = useStep();
  const oneQuantum = (): void => void step();
  useShortcuts({
    F8: toggle,
    // On the page of the machine steps are a vCPU's: its view has the keys.
    ...(route.view === 'machine' ? {} : { F9: oneQuantum }),
    '?': () => useChoices.getState().openDialog('help'),
    'Ctrl+k': () => useChoices.getState().openDialog('palette'),
  });

  useEffect(() => {
    const where = route.view === 'vm' ? route.vm : t(`nav.${route.view}`);
    document.title = `${where} · virtlab`;
  }, [route, t]);

  if (lab === null) return <OpeningScreen opening={opening} />;
  return (
    <div className={css['app']} data-embedded={EMBEDDED || undefined}>
      <button type="button" className={css['skip']} onClick={() => document.getElementById('main')?.focus()}>
        {t('common.skip')}
      </button>
      <Header title={lab.title} opening={opening} />
      <StopBar route={route} />
      {EMBEDDED ? null : <Navigation lab={lab} route={route} />}
      <main id="main" className={css['main']} tabIndex={-1} data-view={route.view}>
        <ErrorBoundary
          key={route.view}
          fallback={(message, retry) => (
            <div className={layout['view']}>
              <ErrorAlert error={{ code: 'internal', data: { message } }} />
              <div className={layout['row']}>
                <Button onClick={retry}>{t('common.retry')}</Button>
                <Button variant="default" onClick={() => location.reload()}>
                  {t('common.reload')}
                </Button>
              </div>
            </div>
          )}
        >
          <Suspense
            fallback={<div className={`${layout['view']} ${texts['quiet']}`}>{t('common.loading')}</div>}
          >
            <View route={route} />
          </Suspense>
        </ErrorBoundary>
      </main>
      <Dialogs />
      <NoticeStack />
      {EMBEDDED ? null : <Tour />}
      {opening.phase === 'opening' ? <OpeningScreen opening={opening} /> : null}
    </div>
  );
}
