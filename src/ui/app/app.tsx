/** The page's frame: opens the lab that the address names, then header, navigation, the view, dialogs and messages. */
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { later } from '../kit/later.tsx';
import { useShortcuts } from '../kit/shortcuts.ts';
import { useClient, useLab, useStep } from '../parts/lab.tsx';
import { useChoices } from '../state/choices.ts';
import { tellFailure } from '../state/notices.ts';
import type { Route } from '../state/routes.ts';
import type { View } from '../views/view.ts';
import css from './app.module.css';
import { ConsoleDock } from './console-dock.tsx';
import { Dialogs } from './dialogs.tsx';
import { DroppedFiles } from './dropped-files.tsx';
import { EMBEDDED } from './embed.ts';
import { Header } from './header.tsx';
import { HostPage } from './host-page.tsx';
import { useKeepingNotices } from './keeping-notices.ts';
import { Navigation } from './navigation.tsx';
import { NoticeStack } from './notice-stack.tsx';
import { useOpenedLab } from './opening.ts';
import { OpeningScreen } from './opening-screen.tsx';
import { Presenter } from './presenter.tsx';
import { RunBar } from './run-bar.tsx';
import { StopBar } from './stop-bar.tsx';
import { Tour } from './tour.tsx';
import { ViewFrame } from './view-frame.tsx';
import { useCurrentView } from './views.tsx';
import { VmPage } from './vm-page.tsx';

const GuidePanel = later(() => import('./guide/guide-panel.tsx'));

/** What the route shows: a view of the lab as it is, a view of an object inside of the object's page. */
function Place({ route, view }: { readonly route: Route; readonly view: View }) {
  switch (route.place) {
    case 'host':
      return <HostPage key={route.host} route={route} />;
    case 'vm':
      return <VmPage key={`${route.host}/${route.vm}`} route={route} />;
    case 'lab': {
      if (view.place !== 'lab') return null;
      const { component: LabView } = view;
      return <LabView parameters={route.parameters ?? {}} />;
    }
  }
}

export function App({ onOpened }: { readonly onOpened: () => void }) {
  const { t } = useTranslation();
  const client = useClient();
  const lab = useLab();
  const opening = useOpenedLab(onOpened);
  useKeepingNotices(opening);
  const route = useChoices((state) => state.route);
  const view = useCurrentView();
  const isPresenting = useChoices((state) => state.isPresenting);

  const toggle = (): void => {
    const { speed } = client.status();
    client.calls.setSpeed({ ...speed, running: !speed.running }).catch(tellFailure);
  };
  const step = useStep();
  const oneQuantum = (): void => void step();
  useShortcuts({
    F8: toggle,
    ...(view.ownSteps === true ? {} : { F9: oneQuantum }),
    p: () => useChoices.getState().setPresenting(!isPresenting),
    '?': () => useChoices.getState().openDialog('help'),
    'Ctrl+k': () => useChoices.getState().openDialog('palette'),
  });

  const where =
    route.place === 'lab' ? t(view.title) : route.place === 'vm' ? route.vm : lab?.hosts[route.host]?.name;
  useEffect(() => {
    document.title = `${where} · virtlab`;
  }, [where]);

  if (lab === null) return <OpeningScreen opening={opening} />;
  return (
    <div
      className={css['app']}
      data-embedded={EMBEDDED || undefined}
      data-presenting={isPresenting || undefined}
    >
      <button type="button" className={css['skip']} onClick={() => document.getElementById('main')?.focus()}>
        {t('common.skip')}
      </button>
      <Header title={lab.title} opening={opening} />
      <div className={css['bars']}>
        <StopBar route={route} />
        {opening.phase === 'opening' ? null : <RunBar />}
        {lab.guide === undefined ? null : <GuidePanel guide={lab.guide} lab={lab} />}
      </div>
      {EMBEDDED || isPresenting ? null : <Navigation lab={lab} route={route} />}
      <main id="main" className={css['main']} tabIndex={-1} data-view={view.id}>
        {/* Views of a host or VM have frames of their own below its tabs, which keep the focus from one to the next. */}
        <ViewFrame key={view.place === 'lab' ? view.id : view.place} bare>
          <Place route={route} view={view} />
        </ViewFrame>
      </main>
      <ConsoleDock lab={lab} />
      <Dialogs opening={opening} />
      <DroppedFiles opening={opening} />
      <NoticeStack />
      <Presenter />
      {EMBEDDED ? null : <Tour hasGuide={lab.guide !== undefined} />}
      {opening.phase === 'opening' ? <OpeningScreen opening={opening} above /> : null}
    </div>
  );
}
