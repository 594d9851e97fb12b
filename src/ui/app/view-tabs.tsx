/** The views of an object as tabs: what its page shows below the head. */
import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../kit/icons.tsx';
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
  return (
    <Tabs
      value={current.id}
      onChange={(id) => id !== null && onChoose(id)}
      keepMounted={false}
      className={css['tabs']}
    >
      <Tabs.List>
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
