/** A VM beside the graph: its state, what can be done with it, its bars, its console. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { HostDescription, VmDescription } from '#bridge/protocol/answers';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import { Swatch } from '../../../kit/swatch.tsx';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useView } from '../../../parts/lab.tsx';
import { vmColor } from '../../../parts/palette.ts';
import { StateBadge } from '../../../parts/state-badge.tsx';
import { VmConsole } from '../../../parts/terminal/console.tsx';
import { VmActionButtons } from '../../../parts/vm-actions.tsx';
import { VmMeters } from '../../../parts/vm-meters.tsx';
import { useChoices } from '../../../state/choices.ts';
import { vmRoute } from '../../../state/routes.ts';
import { linkKey } from './flow-elements.ts';
import css from './inspector.module.css';
import { cardKey, type Ports } from './use-ports.ts';

interface Props {
  readonly index: number;
  readonly host: HostDescription;
  readonly vm: VmDescription;
  readonly ports: Ports;
}

/** Its cards, a line each, which leads to the link. */
function CardLines({ index, host, vm, ports }: Props) {
  const { name, nics } = vm.spec;
  return nics.map(({ address, switch: to }, card) => {
    const mac = ports.get(cardKey(index, name, card))?.state.mac;
    const key = linkKey(host.name, name, card);
    return (
      <button
        key={key}
        type="button"
        className={`${texts['link']} ${texts['mono']}`}
        onClick={() => useChoices.getState().select(key)}
      >
        {[address, mac, to].filter((part) => part !== undefined).join(' · ')}
      </button>
    );
  });
}

export function VmInspector({ index, host, vm, ports }: Props) {
  const { t } = useTranslation();
  const view = useView(index);
  const open = (): void => useChoices.getState().go(vmRoute(index, vm.spec.name));
  return (
    <>
      <header className={layout['row']}>
        <Swatch color={vmColor(vm.slot)} />
        <h2 className={texts['name']} title={vm.spec.name}>
          {vm.spec.name}
        </h2>
        <StateBadge state={vm.state} />
        <span className={layout['grow']} />
        <Button
          size="compact-sm"
          variant="light"
          rightSection={<Icon name="right" size={12} />}
          onClick={open}
          data-tour="open-vm"
        >
          {t('topology.openVm')}
        </Button>
      </header>
      {vm.reason !== undefined ? <ErrorAlert error={vm.reason} severe={vm.state === 'failed'} /> : null}
      <VmActionButtons host={index} vm={vm} />
      <VmMeters view={view} host={host} vm={vm} />
      <CardLines index={index} host={host} vm={vm} ports={ports} />
      <div className={css['console']} data-tour="console">
        <VmConsole host={index} vm={vm.spec.name} />
      </div>
    </>
  );
}
