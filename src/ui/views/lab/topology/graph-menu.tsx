/** What can be done with the graph: its buttons, and the menu of whatever the pointer is on. */
import { ActionIcon, Menu } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LabDescription } from '#bridge/protocol/answers';
import { Icon } from '../../../kit/icons.tsx';
import { soon } from '../../../kit/later.tsx';
import { MenuEntry, type MenuPlace, ObjectMenu } from '../../../parts/object-menu.tsx';
import { setFolded, toggleFolded, useArrangement } from './arrangement.ts';
import css from './graph.module.css';
import type { Ports } from './use-ports.ts';

const NetworkEntries = soon(() => import('./edit/network-entries.tsx'));

interface Props {
  readonly lab: LabDescription;
  readonly ports: Ports;
  readonly place: MenuPlace | null;
  readonly onOpen: (place: MenuPlace | null) => void;
  readonly onLayOut: () => void;
  readonly onShowAll: () => void;
}

/** The key of a host or a switch, which can be folded. */
function foldableOf(lab: LabDescription, place: MenuPlace | null): string | undefined {
  if (place?.of.kind === 'host') return lab.hosts[place.of.host]?.name;
  return place?.of.kind === 'switch' ? place.of.node : undefined;
}

export function GraphMenu({ lab, ports, place, onOpen, onLayOut, onShowAll }: Props) {
  const { t } = useTranslation();
  const folded = useArrangement((state) => state.folded);
  const showsPassing = useArrangement((state) => state.showsPassing);
  const foldable = foldableOf(lab, place);
  return (
    <>
      <button type="button" className={css['layout']} title={t('topology.layoutHint')} onClick={onLayOut}>
        <Icon name="layout" size={14} />
        {t('topology.layout')}
      </button>
      <ActionIcon
        size={30}
        variant={showsPassing ? 'light' : 'default'}
        aria-pressed={showsPassing}
        aria-label={t('passing.show')}
        title={t('passing.show')}
        onClick={() => useArrangement.setState({ showsPassing: !showsPassing })}
      >
        <Icon name="forward" size={14} />
      </ActionIcon>
      <ActionIcon
        size={30}
        variant="default"
        aria-label={t('topology.labMenu')}
        title={t('topology.labMenu')}
        aria-haspopup="menu"
        onClick={({ currentTarget }) => {
          const { left, bottom } = currentTarget.getBoundingClientRect();
          onOpen({ of: { kind: 'lab' }, x: left, y: bottom });
        }}
      >
        <Icon name="menu" size={14} />
      </ActionIcon>
      <ObjectMenu place={place} onClose={() => onOpen(null)}>
        {place === null ? null : <NetworkEntries lab={lab} ports={ports} of={place.of} />}
        {foldable === undefined ? null : (
          <MenuEntry
            icon={folded.has(foldable) ? 'down' : 'right'}
            text={t(folded.has(foldable) ? 'topology.unfold' : 'topology.fold')}
            run={() => toggleFolded(foldable)}
          />
        )}
        {place?.of.kind === 'lab' ? (
          <>
            <Menu.Divider />
            <MenuEntry icon="layout" text={t('topology.layout')} run={onLayOut} />
            <MenuEntry icon="map" text={t('topology.showAll')} run={onShowAll} />
            <MenuEntry
              icon="right"
              text={t('topology.foldAll')}
              run={() => setFolded(lab.hosts.map(({ name }) => name))}
            />
            <MenuEntry icon="down" text={t('topology.unfoldAll')} run={() => setFolded([])} />
          </>
        ) : null}
      </ObjectMenu>
    </>
  );
}
