/**
 * The menu of an object, the same wherever it stands: at a node of the topology, at a row of a table, on the empty canvas, which
 * is the lab's. It opens where the pointer is, or at the object from the keyboard.
 */
import { Menu } from '@mantine/core';
import { type MouseEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VmRef } from '#bridge/protocol/answers';
import { Icon, type IconName } from '../kit/icons.tsx';
import texts from '../kit/texts.module.css';
import { useChoices } from '../state/choices.ts';
import { hostRoute, labRoute, vmRoute } from '../state/routes.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { useVm } from './lab.tsx';
import css from './object-menu.module.css';
import { VmActionItems } from './vm-actions.tsx';

/** What has a menu. */
export type MenuObject =
  | ({ readonly kind: 'vm' } & VmRef)
  | { readonly kind: 'host'; readonly host: number }
  /** `node`: its key in the topology. */
  | { readonly kind: 'switch'; readonly node: string }
  /** What hangs at switches and is no VM. */
  | { readonly kind: 'appliance'; readonly host: number; readonly appliance: string; readonly node: string }
  | { readonly kind: 'lab' }
  /** `link`: its key in the topology. */
  | { readonly kind: 'link'; readonly link: string }
  /** What a cable between two nodes of the topology could mean. */
  | { readonly kind: 'wires'; readonly from: string; readonly to: string };

export interface MenuPlace {
  readonly of: MenuObject;
  readonly x: number;
  readonly y: number;
}

/** Where the menu of an object opens: at the pointer; from the keyboard, whose event has no place of its own, at the object. */
export function menuPlaceOf(event: MouseEvent, of: MenuObject): MenuPlace {
  const box = event.currentTarget.getBoundingClientRect();
  const isKeyboard = event.clientX === 0 && event.clientY === 0;
  return isKeyboard ? { of, x: box.left + 24, y: box.top + 24 } : { of, x: event.clientX, y: event.clientY };
}

/** An entry of a menu with its sign. */
export function MenuEntry({
  icon,
  text,
  run,
}: {
  readonly icon: IconName;
  readonly text: string;
  readonly run: () => void;
}) {
  return (
    <Menu.Item leftSection={<Icon name={icon} size={14} />} onClick={run}>
      {text}
    </Menu.Item>
  );
}

function VmEntries({ host, vm: name, onDelete }: VmRef & { readonly onDelete: () => void }) {
  const { t } = useTranslation();
  const vm = useVm(host, name);
  if (vm === undefined) return null;
  return (
    <>
      <Menu.Label className={`${texts['name']} ${css['label']}`} title={name}>
        {name}
      </Menu.Label>
      <MenuEntry
        icon="right"
        text={t('topology.openVm')}
        run={() => useChoices.getState().go(vmRoute(host, name))}
      />
      <Menu.Divider />
      <VmActionItems host={host} vm={vm} onDelete={onDelete} />
    </>
  );
}

function Entries({ of, onDelete }: { readonly of: MenuObject; readonly onDelete: (vm: VmRef) => void }) {
  const { t } = useTranslation();
  const { go, openDialog, select } = useChoices.getState();
  const create = <MenuEntry icon="plus" text={t('action.newVm')} run={() => openDialog('create-vm')} />;
  switch (of.kind) {
    case 'vm':
      return <VmEntries host={of.host} vm={of.vm} onDelete={() => onDelete(of)} />;
    case 'host':
      return (
        <>
          <MenuEntry icon="map" text={t('topology.openHost')} run={() => go(hostRoute(of.host))} />
          {create}
        </>
      );
    case 'switch':
      return <MenuEntry icon="network" text={t('topology.showSwitch')} run={() => select(of.node)} />;
    case 'appliance':
      return <MenuEntry icon="share" text={t('topology.showAppliance')} run={() => select(of.node)} />;
    case 'link':
    case 'wires':
      // All that there is to do with them is of the place where they are.
      return null;
    case 'lab':
      return (
        <>
          {create}
          <MenuEntry icon="file" text={t('resume.open')} run={() => openDialog('resume-vm')} />
          <MenuEntry icon="table" text={t('nav.machines')} run={() => go(labRoute('machines'))} />
          <MenuEntry icon="share" text={t('action.shareLab')} run={() => openDialog('share')} />
        </>
      );
  }
}

interface Props {
  readonly place: MenuPlace | null;
  readonly onClose: () => void;
  /** Entries of the place where the object stands, below its own. */
  readonly children?: ReactNode;
}

export function ObjectMenu({ place, onClose, children }: Props) {
  const { t } = useTranslation();
  const [deleting, setDeleting] = useState<VmRef | null>(null);
  return (
    <>
      <Menu opened={place !== null} onClose={onClose} position="right-start" returnFocus>
        <Menu.Target>
          <button
            type="button"
            className={css['anchor']}
            tabIndex={-1}
            hidden={place === null}
            aria-label={t('topology.menu')}
            style={{ left: place?.x ?? 0, top: place?.y ?? 0 }}
          />
        </Menu.Target>
        <Menu.Dropdown>
          {place === null ? null : <Entries of={place.of} onDelete={setDeleting} />}
          {children}
        </Menu.Dropdown>
      </Menu>
      {deleting === null ? null : <DeleteDialog vms={[deleting]} opened onClose={() => setDeleting(null)} />}
    </>
  );
}
