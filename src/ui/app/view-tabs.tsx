/** The views of an object as tabs: what its page shows below the head. */
import { Tabs } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../kit/icons.tsx';
import hint from '../kit/scroll-hint.module.css';
import { useScrollHint } from '../kit/scroll-hint.ts';
import type { View } from '../views/view.ts';
import { ViewFrame } from './view-frame.tsx';
import css from './view-tabs.module.css';

interface Props<V extends View> {
  readonly views: readonly V[];
  readonly current: V;
  readonly onChoose: (id: string) => void;
  readonly children: ReactNode;
}

export function ViewTabs<V extends View>({ views, current, onChoose, children }: Props<V>) {
  const { t } = useTranslation();
  const place = useScrollHint<HTMLDivElement>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is chosen
  useEffect(() => {
    const list = place.current;
    const tab = list?.querySelector<HTMLElement>('[aria-selected="true"]') ?? null;
    if (list === null || tab === null) return;
    // By hand: what is scrolled into view is where the browser goes on with Tab.
    list.scrollLeft = Math.max(0, tab.offsetLeft + tab.offsetWidth - list.clientWidth);
  }, [current, place]);
  return (
    <Tabs
      value={current.id}
      onChange={(id) => id !== null && onChoose(id)}
      keepMounted={false}
      className={css['tabs']}
    >
      <Tabs.List ref={place} className={hint['hint']}>
        {views.map(({ id, icon, title }) => (
          <Tabs.Tab key={id} value={id} leftSection={<Icon name={icon} size={14} />}>
            {t(title)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {views.map(({ id }) => (
        <Tabs.Panel key={id} value={id}>
          {id === current.id ? <ViewFrame key={id}>{children}</ViewFrame> : null}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
