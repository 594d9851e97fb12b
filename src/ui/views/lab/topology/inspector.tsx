/** What the person selected, beside the graph: a VM with its console, a host, a switch with its tables. */
import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type {
  ApplianceDescription,
  HostDescription,
  LabDescription,
  VmDescription,
} from '#bridge/protocol/answers';
import { Icon } from '../../../kit/icons.tsx';
import { later } from '../../../kit/later.tsx';
import layout from '../../../kit/layout.module.css';
import hint from '../../../kit/scroll-hint.module.css';
import { useScrollHint } from '../../../kit/scroll-hint.ts';
import texts from '../../../kit/texts.module.css';
import { vmColor } from '../../../parts/palette.ts';
import { StateSign } from '../../../parts/state-badge.tsx';
import { useChoices } from '../../../state/choices.ts';
import { cableOf, cardOf, hostLinkOf, trunkOf } from './facts.ts';
import { HostInspector } from './host-inspector.tsx';
import css from './inspector.module.css';
import { applianceKey, switchKey, vmKey } from './layout.ts';
import { LinkInspector } from './link-inspector.tsx';
import { SwitchInspector } from './switch-inspector.tsx';
import type { Ports } from './use-ports.ts';
import { VmInspector } from './vm-inspector.tsx';

const ApplianceInspector = later(() => import('./appliance-inspector.tsx'));

/** Tabs over the VMs, so that each console is one click away. */
function VmStrip({ lab, selected }: { readonly lab: LabDescription; readonly selected: string }) {
  const { t } = useTranslation();
  const place = useScrollHint<HTMLElement>();
  // Chosen elsewhere, its tab may be out of sight.
  useEffect(() => {
    const tab = place.current?.querySelector(`[data-key="${CSS.escape(selected)}"]`);
    tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [place, selected]);
  return (
    <nav ref={place} className={`${css['strip']} ${hint['hint']}`} aria-label={t('topology.consoles')}>
      {lab.hosts.flatMap((host) =>
        host.vms.map((vm) => {
          const key = vmKey(host.name, vm.spec.name);
          return (
            <button
              type="button"
              key={key}
              data-key={key}
              aria-pressed={key === selected}
              onClick={() => useChoices.getState().select(key)}
              style={{ borderBottomColor: key === selected ? vmColor(vm.slot) : 'transparent' }}
            >
              <StateSign state={vm.state} />
              <span className={texts['name']} title={vm.spec.name}>
                {vm.spec.name}
              </span>
            </button>
          );
        }),
      )}
    </nav>
  );
}

function NoVm() {
  const { t } = useTranslation();
  return (
    <div className={layout['empty']}>
      <p>{t('topology.noVm')}</p>
      <Button
        leftSection={<Icon name="plus" />}
        onClick={() => useChoices.getState().openDialog('create-vm')}
      >
        {t('action.newVm')}
      </Button>
    </div>
  );
}

interface Props {
  readonly lab: LabDescription;
  readonly ports: Ports;
}

/** What a node or a link of the graph stands for. */
type Chosen =
  | { readonly kind: 'host'; readonly index: number; readonly host: HostDescription }
  | { readonly kind: 'link'; readonly link: string }
  | { readonly kind: 'switch'; readonly index: number; readonly name: string }
  | { readonly kind: 'appliance'; readonly index: number; readonly appliance: ApplianceDescription }
  | {
      readonly kind: 'vm';
      readonly index: number;
      readonly host: HostDescription;
      readonly vm: VmDescription;
    };

/** The one that is selected, else the first VM. */
function chosenOf(lab: LabDescription, selected: string | null): Chosen | undefined {
  const isLink = [cardOf, hostLinkOf, trunkOf, cableOf].some(
    (find) => selected !== null && find(lab, selected) !== undefined,
  );
  if (selected !== null && isLink) return { kind: 'link', link: selected };
  const all = lab.hosts.flatMap((host, index): (readonly [string, Chosen])[] => [
    ...host.vms.map((vm) => [vmKey(host.name, vm.spec.name), { kind: 'vm', index, host, vm }] as const),
    ...host.switches.map((name) => [switchKey(host.name, name), { kind: 'switch', index, name }] as const),
    ...(host.appliances ?? []).map(
      (appliance) =>
        [applianceKey(host.name, appliance.spec.name), { kind: 'appliance', index, appliance }] as const,
    ),
    [host.name, { kind: 'host', index, host }],
  ]);
  const [, chosen] = all.find(([key]) => key === selected) ?? all.find(([, { kind }]) => kind === 'vm') ?? [];
  return chosen;
}

function Body({ lab, ports, chosen }: Props & { readonly chosen: Chosen | undefined }) {
  switch (chosen?.kind) {
    case 'host':
      return <HostInspector index={chosen.index} host={chosen.host} />;
    case 'switch':
      return <SwitchInspector index={chosen.index} name={chosen.name} />;
    case 'appliance':
      return <ApplianceInspector index={chosen.index} appliance={chosen.appliance} ports={ports} />;
    case 'link':
      return <LinkInspector lab={lab} link={chosen.link} ports={ports} />;
    case 'vm':
      return <VmInspector index={chosen.index} host={chosen.host} vm={chosen.vm} ports={ports} />;
    case undefined:
      return <NoVm />;
  }
}

export function Inspector({ lab, ports }: Props) {
  const { t } = useTranslation();
  const chosen = chosenOf(
    lab,
    useChoices((state) => state.selected),
  );
  return (
    <aside className={css['inspector']} aria-label={t('topology.inspector')}>
      <VmStrip
        lab={lab}
        selected={chosen?.kind === 'vm' ? vmKey(chosen.host.name, chosen.vm.spec.name) : ''}
      />
      <div className={css['body']}>
        <Body lab={lab} ports={ports} chosen={chosen} />
      </div>
    </aside>
  );
}
