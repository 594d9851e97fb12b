/** What of the network can be done with whatever a menu is of: entries below those that it has anyway. Their code comes with the first menu. */
import { Menu } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LabDescription } from '#bridge/protocol/answers';
import type { IconName } from '../../../../kit/icons.tsx';
import { MenuEntry, type MenuObject } from '../../../../parts/object-menu.tsx';
import { useChoices } from '../../../../state/choices.ts';
import { hostRoute, vmRoute } from '../../../../state/routes.ts';
import { cardOf } from '../facts.ts';
import { cardKey, type Ports } from '../use-ports.ts';
import { useEdit } from './editing.ts';
import { linkWish, unplugWish, type Wish, wishesOf, wishesOfVm } from './wiring.ts';

interface Props {
  readonly lab: LabDescription;
  readonly ports: Ports;
  readonly of: MenuObject;
}

const ICONS: Readonly<Record<string, IconName>> = { plug: 'plus', unplug: 'trash', pull: 'close' };

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

function CardEntries({ lab, ports, link }: Omit<Props, 'of'> & { readonly link: string }) {
  const { t } = useTranslation();
  const card = cardOf(lab, link);
  const { go, select } = useChoices.getState();
  const show = <MenuEntry icon="share" text={t('wiring.show')} run={() => select(link)} />;
  if (card === undefined) return show;
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
      <MenuEntry
        icon="search"
        text={t('packets.listen')}
        run={() => go(hostRoute(card.host, 'packets', { at: `${name}/${card.card}` }))}
      />
      <Menu.Divider />
      <Wishes
        wishes={[linkWish(card.host, name, card.card, !up), unplugWish(card.host, card.vm, card.card)]}
      />
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
    default:
      return null;
  }
}
