/** The lab as tables: what the graph shows, for the keyboard and for whoever does not see it. */
import { ActionIcon } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabDescription } from '#bridge/protocol/answers';
import { known } from '../../../../kit/format.ts';
import { Icon } from '../../../../kit/icons.tsx';
import { later } from '../../../../kit/later.tsx';
import layout from '../../../../kit/layout.module.css';
import { ScrollX } from '../../../../kit/scroll-x.tsx';
import table from '../../../../kit/table.module.css';
import texts from '../../../../kit/texts.module.css';
import { applianceName } from '../../../../parts/engine-names.ts';
import { useFormat } from '../../../../parts/lab.tsx';
import { type MenuObject, type MenuPlace, menuPlaceOf, ObjectMenu } from '../../../../parts/object-menu.tsx';
import { vlanText } from '../../../../parts/port/vlan-text.ts';
import { StateBadge } from '../../../../parts/state-badge.tsx';
import { useChoices } from '../../../../state/choices.ts';
import NetworkEntries from '../edit/network-entries.tsx';
import type { Ports } from '../use-ports.ts';
import { type LinkRow, linkRowsOf, type NodeRow, nodeRowsOf } from './rows.ts';
import css from './topology-table.module.css';

const PassingTable = later(() => import('./passing-table.tsx'));

interface Props {
  readonly lab: LabDescription;
  readonly ports: Ports;
  readonly tools: ReactNode;
}
interface Menus {
  readonly onMenu: (place: MenuPlace) => void;
}

/** The button of a row's menu; the row's own context menu is the same. */
function MenuButton({ of, name, onMenu }: Menus & { readonly of: MenuObject; readonly name: string }) {
  const { t } = useTranslation();
  return (
    <ActionIcon
      size={24}
      variant="default"
      aria-haspopup="menu"
      aria-label={t('wiring.menuOf', { name })}
      onClick={({ currentTarget }) => {
        const { left, bottom } = currentTarget.getBoundingClientRect();
        onMenu({ of, x: left, y: bottom });
      }}
    >
      <Icon name="menu" size={12} />
    </ActionIcon>
  );
}

function Named({ name, node }: { readonly name: string; readonly node: string }) {
  return (
    <button type="button" className={texts['link']} onClick={() => useChoices.getState().select(node)}>
      {name}
    </button>
  );
}

interface RowProps extends Menus {
  readonly of: MenuObject;
  readonly name: string;
  readonly children: ReactNode;
}

/** A row of which the right button of a mouse, and a button at its end, open the menu. */
function MenuRow({ of, name, onMenu, children }: RowProps) {
  return (
    <tr
      onContextMenu={(event) => {
        event.preventDefault();
        onMenu(menuPlaceOf(event, of));
      }}
    >
      {children}
      <td>
        <MenuButton of={of} name={name} onMenu={onMenu} />
      </td>
    </tr>
  );
}

function Nodes({ rows, onMenu }: Menus & { readonly rows: readonly NodeRow[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ScrollX label={t('wiring.nodes')}>
      <table className={table['table']} data-testid="topology-nodes">
        <thead>
          <tr>
            <th>{t('wiring.name')}</th>
            <th>{t('wiring.kind')}</th>
            <th>{t('table.host')}</th>
            <th>{t('table.state')}</th>
            <th className={table['number']}>{t('switch.ports')}</th>
            <th className={table['number']}>{t('wiring.rate')}</th>
            <th className={table['number']}>{t('switch.drops')}</th>
            <th>{t('topology.menu')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, kind, appliance, host, state, ports, rate, drops, of }) => (
            <MenuRow key={key} of={of} name={name} onMenu={onMenu}>
              <td className={table['line']}>
                <Named name={name} node={key} />
              </td>
              <td>{kind === 'appliance' ? applianceName(t, appliance ?? '') : t(`wiring.kinds.${kind}`)}</td>
              <td className={table['line']}>{host}</td>
              <td>{state === undefined ? '' : <StateBadge state={state} />}</td>
              <td className={table['number']}>{kind === 'host' ? '' : format.count(ports)}</td>
              <td className={table['number']}>{kind === 'host' ? '' : known(rate, format.byteRate)}</td>
              <td className={table['number']}>{kind === 'host' ? '' : known(drops, format.count)}</td>
            </MenuRow>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

function Links({ rows, onMenu }: Menus & { readonly rows: readonly LinkRow[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ScrollX label={t('wiring.links')}>
      <table className={table['table']} data-testid="topology-links">
        <thead>
          <tr>
            <th>{t('wiring.from')}</th>
            <th>{t('wiring.to')}</th>
            <th className={table['number']}>{t('switch.port')}</th>
            <th>{t('switch.link')}</th>
            <th>{t('devices.vlan')}</th>
            <th>{t('devices.address')}</th>
            <th>{t('switch.mac')}</th>
            <th className={table['number']}>{t('switch.received')}</th>
            <th className={table['number']}>{t('switch.sent')}</th>
            <th className={table['number']}>{t('switch.drops')}</th>
            <th>{t('topology.menu')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, from, to, port, address }) => (
            <MenuRow key={key} of={{ kind: 'link', link: key }} name={`${from} – ${to}`} onMenu={onMenu}>
              <td className={table['line']}>
                <Named name={from} node={key} />
              </td>
              <td className={table['line']}>{to}</td>
              <td className={table['number']}>{port?.state.port ?? ''}</td>
              <td>{port === undefined ? '' : t(port.state.link === 'up' ? 'switch.up' : 'switch.down')}</td>
              <td className={table['line']}>{vlanText(t, port?.state.settings)}</td>
              <td className={texts['mono']}>{address ?? ''}</td>
              <td className={texts['mono']}>{port?.state.mac ?? ''}</td>
              <td className={table['number']}>{known(port?.fromRate ?? null, format.byteRate)}</td>
              <td className={table['number']}>{known(port?.toRate ?? null, format.byteRate)}</td>
              <td className={table['number']}>{known(port?.state.drops ?? null, format.count)}</td>
            </MenuRow>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

export default function TopologyTable({ lab, ports, tools }: Props) {
  const { t } = useTranslation();
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  return (
    <div className={css['tables']}>
      <div className={layout['row-end']}>
        <h2 className={layout['grow']}>{t('nav.topology')}</h2>
        {tools}
      </div>
      <section className={layout['card']}>
        <h3>{t('wiring.nodes')}</h3>
        <Nodes rows={nodeRowsOf(lab, ports)} onMenu={setMenu} />
      </section>
      <section className={layout['card']}>
        <h3>{t('wiring.links')}</h3>
        <Links rows={linkRowsOf(lab, ports)} onMenu={setMenu} />
      </section>
      <PassingTable lab={lab} />
      <ObjectMenu place={menu} onClose={() => setMenu(null)}>
        {menu === null ? null : <NetworkEntries lab={lab} ports={ports} of={menu.of} />}
      </ObjectMenu>
    </div>
  );
}
