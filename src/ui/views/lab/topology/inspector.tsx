/** What the person selected, beside the graph: a VM with its console, a host, a switch with its tables. */
import { Anchor, Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { HostDescription, LabDescription, VmDescription } from '#bridge/protocol/answers';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import { Swatch } from '../../../kit/swatch.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { VmConsole } from '../../../parts/console.tsx';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat, useView } from '../../../parts/lab.tsx';
import { vmColor } from '../../../parts/palette.ts';
import { StateBadge, StateSign } from '../../../parts/state-badge.tsx';
import { VmActionButtons } from '../../../parts/vm-actions.tsx';
import { VmMeters } from '../../../parts/vm-meters.tsx';
import { useChoices } from '../../../state/choices.ts';
import { hostRoute, vmRoute } from '../../../state/routes.ts';
import css from './inspector.module.css';
import { switchKey, vmKey } from './layout.ts';

function VmInspector({
  index,
  host,
  vm,
}: {
  readonly index: number;
  readonly host: HostDescription;
  readonly vm: VmDescription;
}) {
  const { t } = useTranslation();
  const view = useView(index);
  const open = (): void => useChoices.getState().go(vmRoute(index, vm.spec.name));
  return (
    <>
      <header className={css['head']}>
        <Swatch color={vmColor(vm.slot)} />
        <h2>{vm.spec.name}</h2>
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
      <div className={css['console']} data-tour="console">
        <VmConsole host={index} vm={vm.spec.name} />
      </div>
    </>
  );
}

function HostInspector({ index, host }: { readonly index: number; readonly host: HostDescription }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <header className={css['head']}>
        <Icon name="server" />
        <h2>{host.name}</h2>
        <span className={layout['grow']} />
        <Button
          size="compact-sm"
          variant="light"
          rightSection={<Icon name="right" size={12} />}
          onClick={() => useChoices.getState().go(hostRoute(index))}
        >
          {t('topology.openHost')}
        </Button>
      </header>
      <p className={texts['quiet']}>
        {t('topology.hostFacts', { count: host.harts, memory: format.bytes(host.ramBytes) })}
      </p>
      <table className={table['table']}>
        <thead>
          <tr>
            <th>{t('table.vm')}</th>
            <th>{t('table.state')}</th>
            <th>{t('table.image')}</th>
            <th className={table['number']}>{t('table.memory')}</th>
            <th className={table['number']}>{t('table.vcpus')}</th>
          </tr>
        </thead>
        <tbody>
          {host.vms.map((vm) => (
            <tr key={vm.spec.name}>
              <td>
                <Anchor
                  component="button"
                  type="button"
                  size="sm"
                  onClick={() => useChoices.getState().select(vmKey(host.name, vm.spec.name))}
                >
                  {vm.spec.name}
                </Anchor>
              </td>
              <td>
                <StateBadge state={vm.state} />
              </td>
              <td>{vm.spec.image.name}</td>
              <td className={table['number']}>{format.bytes(vm.spec.memoryBytes)}</td>
              <td className={table['number']}>{vm.spec.vcpus}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function SwitchInspector({ index, name }: { readonly index: number; readonly name: string }) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const { value, error } = useAnswer(() => client.ask(index, 'switches', {}), 500, [index]);
  const state = value?.find((candidate) => candidate.name === name);
  return (
    <>
      <header className={css['head']}>
        <Icon name="network" />
        <h2>{name}</h2>
      </header>
      <ErrorAlert error={error} />
      <h3>{t('switch.ports')}</h3>
      <ScrollX label={t('switch.ports')}>
        <table className={table['table']}>
          <thead>
            <tr>
              <th className={table['number']}>{t('switch.port')}</th>
              <th>{t('table.vm')}</th>
              <th>{t('switch.link')}</th>
              <th>{t('switch.mac')}</th>
              <th className={table['number']}>{t('switch.received')}</th>
              <th className={table['number']}>{t('switch.sent')}</th>
              <th className={table['number']}>{t('switch.drops')}</th>
            </tr>
          </thead>
          <tbody>
            {state?.ports.map((port) => (
              <tr key={port.port}>
                <td className={table['number']}>{port.port}</td>
                <td>{port.vm ?? t('switch.uplink')}</td>
                <td>{t(port.link === 'up' ? 'switch.up' : 'switch.down')}</td>
                <td className={texts['mono']}>{port.mac ?? ''}</td>
                <td className={table['number']} title={t('switch.etherFrames', { count: port.rxFrames })}>
                  {format.bytes(port.rxBytes)}
                </td>
                <td className={table['number']} title={t('switch.etherFrames', { count: port.txFrames })}>
                  {format.bytes(port.txBytes)}
                </td>
                <td
                  className={table['number']}
                  title={port.counted.map(({ name, value }) => `${name} ${format.count(value)}`).join(', ')}
                >
                  {format.count(port.drops)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      <h3>{t('switch.forwarding')}</h3>
      <table className={table['table']}>
        <thead>
          <tr>
            <th>{t('switch.mac')}</th>
            <th className={table['number']}>{t('switch.port')}</th>
            <th className={table['number']}>{t('switch.age')}</th>
          </tr>
        </thead>
        <tbody>
          {state?.forwarding.map((entry) => (
            <tr key={entry.mac}>
              <td className={texts['mono']}>{entry.mac}</td>
              <td className={table['number']}>{entry.port}</td>
              <td className={table['number']}>{format.duration(entry.ageNs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {state !== undefined && state.forwarding.length === 0 ? (
        <p className={texts['quiet']}>{t('switch.nothingLearned')}</p>
      ) : null}
    </>
  );
}

/** Tabs over the VMs, so that each console is one click away. */
function VmStrip({ lab, selected }: { readonly lab: LabDescription; readonly selected: string }) {
  const { t } = useTranslation();
  return (
    <nav className={css['strip']} aria-label={t('topology.consoles')}>
      {lab.hosts.flatMap((host) =>
        host.vms.map((vm) => {
          const key = vmKey(host.name, vm.spec.name);
          return (
            <button
              type="button"
              key={key}
              aria-pressed={key === selected}
              onClick={() => useChoices.getState().select(key)}
              style={{ borderBottomColor: key === selected ? vmColor(vm.slot) : 'transparent' }}
            >
              <StateSign state={vm.state} />
              {vm.spec.name}
            </button>
          );
        }),
      )}
    </nav>
  );
}

export function Inspector({ lab }: { readonly lab: LabDescription }) {
  const { t } = useTranslation();
  const chosen = useChoices((state) => state.selected);
  const all = lab.hosts.flatMap((host, index) =>
    host.vms.map((vm) => ({ key: vmKey(host.name, vm.spec.name), index, host, vm })),
  );
  const host = lab.hosts.findIndex((candidate) => candidate.name === chosen);
  const joint = lab.hosts
    .flatMap((candidate, index) =>
      candidate.switches.map((name) => ({ key: switchKey(candidate.name, name), index, name })),
    )
    .find((candidate) => candidate.key === chosen);
  const vm = all.find((candidate) => candidate.key === chosen) ?? all[0];
  const hostThere = lab.hosts[host];
  const isVm = hostThere === undefined && joint === undefined;
  return (
    <aside className={css['inspector']} aria-label={t('topology.inspector')}>
      <VmStrip lab={lab} selected={isVm ? (vm?.key ?? '') : ''} />
      <div className={css['body']} data-kind={isVm ? 'vm' : 'table'}>
        {hostThere !== undefined ? <HostInspector index={host} host={hostThere} /> : null}
        {joint !== undefined ? <SwitchInspector index={joint.index} name={joint.name} /> : null}
        {isVm && vm !== undefined ? <VmInspector index={vm.index} host={vm.host} vm={vm.vm} /> : null}
        {isVm && vm === undefined ? (
          <div className={layout['empty']}>
            <p>{t('topology.noVm')}</p>
            <Button
              leftSection={<Icon name="plus" />}
              onClick={() => useChoices.getState().openDialog('create-vm')}
            >
              {t('create.title')}
            </Button>
          </div>
        ) : null}
      </div>
    </aside>
  );
}
