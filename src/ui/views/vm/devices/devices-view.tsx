/** What the VM is made of: its devices, one of which is looked at closely, and its cards, vCPUs and memslots. */
import { useTranslation } from 'react-i18next';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient } from '../../../parts/lab.tsx';
import { useChoices } from '../../../state/choices.ts';
import { type Parameters, vmRoute } from '../../../state/routes.ts';
import type { VmViewProps } from '../../view.ts';
import { AgentCard } from './agent-card.tsx';
import { CardTable } from './card-table.tsx';
import { DeviceDetailCard } from './device-detail.tsx';
import { DeviceList } from './device-list.tsx';
import { DiskTable } from './disk-table.tsx';
import { HotPlugCard } from './hot-plug-card.tsx';
import { LayerTable } from './layer-table.tsx';
import { MemslotTable, VcpuTable } from './vcpu-table.tsx';

export default function DevicesView({ host, vm, parameters }: VmViewProps) {
  const { t } = useTranslation();
  const client = useClient();
  const { name } = vm.spec;
  const { device: chosen, sort = 'offset' } = parameters;
  const about = [host, name, vm.state];
  const { value: parts, ask } = useAnswer(() => client.ask(host, 'vm', { vm: name }), 1000, about);
  const { value, error } = useAnswer(
    () => client.ask(host, 'devices', { vm: name, ...(chosen === undefined ? {} : { device: chosen }) }),
    500,
    [...about, chosen],
  );
  const change = (changed: Parameters): void =>
    useChoices
      .getState()
      .go(
        vmRoute(host, name, 'devices', { ...parameters, ...changed }),
        'device' in changed ? 'push' : 'replace',
      );
  const device = value?.devices.find((each) => each.name === value.detail?.name);
  return (
    <div className={layout['stack']}>
      <ErrorAlert error={error} />
      {value === null ? null : (
        <>
          <h3>{t('deviceParts.devices')}</h3>
          <DeviceList devices={value.devices} chosen={chosen} onChoose={(next) => change({ device: next })} />
          {device === undefined || value.detail === undefined ? (
            <p className={texts['quiet']}>{t('deviceParts.choose')}</p>
          ) : (
            <DeviceDetailCard
              host={host}
              vm={name}
              device={device}
              detail={value.detail}
              sort={sort}
              onSort={(next) => change({ sort: next })}
            />
          )}
        </>
      )}
      {parts === null ? null : (
        <>
          {vm.spec.disks.length === 0 ? null : <DiskTable host={host} vm={name} slot={vm.slot} />}
          {vm.spec.disks.some(({ content }) => content?.kind === 'layered') ? (
            <LayerTable host={host} vm={name} isOff={vm.state === 'created' || vm.state === 'stopped'} />
          ) : null}
          <AgentCard host={host} vm={name} isRunning={vm.state === 'running'} />
          <HotPlugCard host={host} vm={name} spec={vm.spec} />
          <CardTable host={host} vm={name} cards={parts.cards} onDone={ask} />
          <VcpuTable vcpus={parts.vcpus} />
          <MemslotTable memslots={parts.memslots} tableFrames={parts.tableFrames} />
        </>
      )}
    </div>
  );
}
