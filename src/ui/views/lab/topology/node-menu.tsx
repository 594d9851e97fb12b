/** The context menu of a node, where the pointer is (or at the node, from the keyboard). */
import { Menu } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../kit/icons.tsx';
import { DeleteDialog } from '../../../parts/delete-dialog.tsx';
import { useVm } from '../../../parts/lab.tsx';
import { VmActionItems } from '../../../parts/vm-actions.tsx';
import { useChoices } from '../../../state/choices.ts';
import { hostRoute, vmRoute } from '../../../state/routes.ts';
import css from './node-menu.module.css';
import type { TopologyNode } from './nodes.tsx';

export interface MenuPlace {
  readonly node: TopologyNode;
  readonly x: number;
  readonly y: number;
}

function VmEntries({
  host,
  name,
  onDelete,
}: {
  readonly host: number;
  readonly name: string;
  readonly onDelete: () => void;
}) {
  const { t } = useTranslation();
  const vm = useVm(host, name);
  if (vm === undefined) return null;
  return (
    <>
      <Menu.Label>{name}</Menu.Label>
      <Menu.Item
        leftSection={<Icon name="right" size={14} />}
        onClick={() => useChoices.getState().go(vmRoute(host, name))}
      >
        {t('topology.openVm')}
      </Menu.Item>
      <Menu.Divider />
      <VmActionItems host={host} vm={vm} onDelete={onDelete} />
    </>
  );
}

export function NodeMenu({
  place,
  onClose,
}: {
  readonly place: MenuPlace | null;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const [deleting, setDeleting] = useState<{ host: number; vm: string } | null>(null);
  const node = place?.node;
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
          {node?.type === 'vm' ? (
            <VmEntries
              host={node.data.host}
              name={node.data.vm}
              onDelete={() => setDeleting({ host: node.data.host, vm: node.data.vm })}
            />
          ) : null}
          {node?.type === 'host' ? (
            <>
              <Menu.Item
                leftSection={<Icon name="map" size={14} />}
                onClick={() => useChoices.getState().go(hostRoute(node.data.host))}
              >
                {t('topology.openHost')}
              </Menu.Item>
              <Menu.Item
                leftSection={<Icon name="plus" size={14} />}
                onClick={() => useChoices.getState().openDialog('create-vm')}
              >
                {t('create.title')}
              </Menu.Item>
            </>
          ) : null}
          {node?.type === 'switch' ? (
            <Menu.Item
              leftSection={<Icon name="network" size={14} />}
              onClick={() => useChoices.getState().select(node.id)}
            >
              {t('topology.showSwitch')}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {deleting !== null ? (
        <DeleteDialog host={deleting.host} vm={deleting.vm} opened onClose={() => setDeleting(null)} />
      ) : null}
    </>
  );
}
