/** What of the network can be done with whatever a menu is of: entries below those that it has anyway. Their code comes with the first menu. */
import { Menu } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LabDescription } from '#bridge/protocol/answers';
import { Icon, type IconName } from '../../../../kit/icons.tsx';
import { useEdit } from '../../../../parts/deeds/editing.ts';
import { MenuEntry, type MenuObject } from '../../../../parts/object-menu.tsx';
import { useChoices } from '../../../../state/choices.ts';
import { hostRoute, vmRoute } from '../../../../state/routes.ts';
import { cableOf, cardOf, portsOfLink, trunkOf } from '../facts.ts';
import { appliancePortKey, cardKey, type Port, type Ports } from '../use-ports.ts';
import css from './network-entries.module.css';
import {
  leaveWish,
  moveApplianceWish,
  newGatewayWish,
  newRouterWish,
  newSwitchWish,
  removeApplianceWish,
  removeSwitchWish,
  removeTrunkWish,
} from './network-wishes.ts';
import { openPort } from './open-port.ts';
import { endOf, linkWish, unplugWish, type Wish, wishesOf, wishesOfVm, wishesToSwitches } from './wiring.ts';

interface Props {
  readonly lab: LabDescription;
  readonly ports: Ports;
  readonly of: MenuObject;
}

const ICONS: Readonly<Record<string, IconName>> = {
  ...{ plug: 'plus', newSwitch: 'plus', newGateway: 'plus', newRouter: 'plus', newTrunk: 'plus' },
  ...{ unplug: 'trash', removeSwitch: 'trash', removeAppliance: 'trash', removeTrunk: 'trash' },
  leaveAppliance: 'trash',
  pull: 'close',
};

/** What can be done with a port of a switch: how fast, which VLANs, a copy to another port, a capture. */
function PortEntries({ port }: { readonly port: Port }) {
  const { t } = useTranslation();
  const { host, switch: at, state } = port;
  const of = { host, switch: at, port: state.name };
  return (
    <>
      <Menu.Divider />
      <Menu.Label>{t('wiring.portOf', { port: state.name, switch: at })}</Menu.Label>
      <MenuEntry icon="chart" text={t('port.edit')} run={() => openPort({ ...of, initial: 'queue' })} />
      <MenuEntry icon="network" text={t('wiring.vlan')} run={() => openPort({ ...of, initial: 'apart' })} />
      <MenuEntry
        icon="search"
        text={t('packets.listen')}
        run={() => useChoices.getState().go(hostRoute(host, 'packets', { at: state.name }))}
      />
      <MenuEntry icon="copy" text={t('wiring.mirror')} run={() => openPort({ ...of, initial: 'mirror' })} />
    </>
  );
}

/** Of a link that is no card's. */
function CableEntries({ lab, ports, link }: Omit<Props, 'of'> & { readonly link: string }) {
  const { t } = useTranslation();
  const [found, cable] = [trunkOf(lab, link), cableOf(lab, link)];
  return (
    <>
      <MenuEntry icon="share" text={t('wiring.show')} run={() => useChoices.getState().select(link)} />
      {found === undefined ? null : <Wishes wishes={[removeTrunkWish(found.host, found.trunk)]} />}
      {cable === undefined ? null : (
        <Wishes
          wishes={[
            moveApplianceWish(cable.host, cable.appliance, cable.port.name, null),
            leaveWish(cable.host, cable.appliance, cable.port.name),
          ]}
        />
      )}
      {portsOfLink(lab, ports, link).map((port) => (
        <PortEntries key={`${port.host} ${port.switch} ${port.state.name}`} port={port} />
      ))}
    </>
  );
}

function Wishes({ wishes }: { readonly wishes: readonly (Wish | undefined)[] }) {
  const { t } = useTranslation();
  const { act } = useEdit();
  return wishes.map((wish) =>
    wish === undefined ? null : (
      <MenuEntry
        key={JSON.stringify([wish.id, wish.data])}
        icon={ICONS[wish.id] ?? 'network'}
        text={t(`wiring.${wish.id}`, wish.data)}
        run={() => void act(wish.deed)}
      />
    ),
  );
}

/** A switch on the one host, or on which of several. */
function NewSwitch({ lab }: Pick<Props, 'lab'>) {
  const { t } = useTranslation();
  const { act } = useEdit();
  const [first] = lab.hosts;
  if (first === undefined) return null;
  if (lab.hosts.length === 1) return <Wishes wishes={[newSwitchWish(0, first)]} />;
  return (
    <Menu.Sub>
      <Menu.Sub.Target>
        <Menu.Sub.Item leftSection={<Icon name="plus" size={14} />}>{t('wiring.newSwitchOn')}</Menu.Sub.Item>
      </Menu.Sub.Target>
      <Menu.Sub.Dropdown className={css['hosts']}>
        {lab.hosts.map((host, index) => (
          <MenuEntry
            key={host.name}
            icon="server"
            text={host.name}
            run={() => void act(newSwitchWish(index, host).deed)}
          />
        ))}
      </Menu.Sub.Dropdown>
    </Menu.Sub>
  );
}

function CardEntries({ lab, ports, link }: Omit<Props, 'of'> & { readonly link: string }) {
  const { t } = useTranslation();
  const card = cardOf(lab, link);
  const { go, select } = useChoices.getState();
  const show = <MenuEntry icon="share" text={t('wiring.show')} run={() => select(link)} />;
  if (card === undefined) return <CableEntries lab={lab} ports={ports} link={link} />;
  const { name } = card.vm.spec;
  const port = ports.get(cardKey(card.host, name, card.card));
  const up = port?.state.link !== 'down';
  return (
    <>
      <Menu.Label>{t('wiring.cardOf', { vm: name, card: card.card })}</Menu.Label>
      {show}
      <MenuEntry
        icon="server"
        text={t('wiring.devices')}
        run={() => go(vmRoute(card.host, name, 'devices'))}
      />
      <Menu.Divider />
      <Wishes
        wishes={[linkWish(card.host, name, card.card, !up), unplugWish(card.host, card.vm, card.card, up)]}
      />
      {port === undefined ? null : <PortEntries port={port} />}
    </>
  );
}

export default function NetworkEntries({ lab, ports, of }: Props) {
  const { t } = useTranslation();
  switch (of.kind) {
    case 'vm': {
      const vm = lab.hosts[of.host]?.vms.find(({ spec }) => spec.name === of.vm);
      const wishes = vm === undefined ? [] : wishesOfVm(lab, of.host, vm);
      if (wishes.length === 0) return null;
      return (
        <>
          <Menu.Divider />
          <Menu.Label>{t('table.network')}</Menu.Label>
          <Wishes wishes={wishes} />
          <MenuEntry
            icon="search"
            text={t('packets.listen')}
            run={() => useChoices.getState().go(hostRoute(of.host, 'packets', { at: of.vm }))}
          />
        </>
      );
    }
    case 'link':
      return <CardEntries lab={lab} ports={ports} link={of.link} />;
    case 'wires':
      return <Wishes wishes={wishesOf(lab, of.from, of.to)} />;
    case 'host': {
      const host = lab.hosts[of.host];
      return host === undefined ? null : <Wishes wishes={[newSwitchWish(of.host, host)]} />;
    }
    case 'lab':
      return <NewSwitch lab={lab} />;
    case 'switch': {
      const end = endOf(lab, of.node);
      if (end?.kind !== 'switch') return null;
      const { host, name } = end;
      return (
        <>
          <MenuEntry
            icon="search"
            text={t('packets.listen')}
            run={() => useChoices.getState().go(hostRoute(host, 'packets', { at: name }))}
          />
          <MenuEntry
            icon="edit"
            text={t('switch.setUp')}
            run={() => openPort({ host, switch: name, initial: 'rules' })}
          />
          <Wishes
            wishes={[
              newGatewayWish(lab, host, name),
              newRouterWish(lab, host, name),
              ...wishesToSwitches(lab, of.node),
              removeSwitchWish(lab, host, name),
            ]}
          />
        </>
      );
    }
    case 'appliance': {
      const end = endOf(lab, of.node);
      if (end?.kind !== 'appliance') return null;
      const own = end.appliance.ports.flatMap(
        (port) => ports.get(appliancePortKey(end.host, of.appliance, port.name)) ?? [],
      );
      return (
        <>
          <Wishes
            wishes={[...wishesToSwitches(lab, of.node), removeApplianceWish(lab, end.host, end.appliance)]}
          />
          {own.map((port) => (
            <PortEntries key={port.state.name} port={port} />
          ))}
        </>
      );
    }
  }
}
