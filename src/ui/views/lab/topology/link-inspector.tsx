/** A link beside the graph: what goes over it, and its cable, which can be pulled. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LabDescription } from '#bridge/protocol/answers';
import { Icon } from '../../../kit/icons.tsx';
import { later } from '../../../kit/later.tsx';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { useEdit } from '../../../parts/deeds/editing.ts';
import { linkWish } from './edit/wiring.ts';
import { FactList } from './fact-list.tsx';
import { cardOf, portsOfLink, useFacts } from './facts.ts';
import { cardKey, type Ports } from './use-ports.ts';

const PortTraffic = later(() => import('../../../parts/port/port-traffic.tsx'));

interface Props {
  readonly lab: LabDescription;
  /** Its key in the graph. */
  readonly link: string;
  readonly ports: Ports;
}

export function LinkInspector({ lab, link, ports }: Props) {
  const { t } = useTranslation();
  const { act } = useEdit();
  const facts = useFacts(lab, link, ports);
  const card = cardOf(lab, link);
  if (facts === undefined) return null;
  const port = card === undefined ? undefined : ports.get(cardKey(card.host, card.vm.spec.name, card.card));
  const isUp = port?.state.link === 'up';
  return (
    <>
      <header className={layout['row']}>
        <Icon name="share" />
        <h2 className={texts['name']} title={facts.title}>
          {facts.title}
        </h2>
      </header>
      <FactList facts={facts.facts} />
      {card === undefined || port === undefined ? null : (
        <div>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => void act(linkWish(card.host, card.vm.spec.name, card.card, !isUp).deed)}
          >
            {t(isUp ? 'devices.pull' : 'devices.insert')}
          </Button>
        </div>
      )}
      {portsOfLink(lab, ports, link).map(({ host, switch: name, state }) => (
        <PortTraffic key={`${host}/${name}/${state.name}`} {...{ host, switch: name, port: state.name }} />
      ))}
    </>
  );
}
