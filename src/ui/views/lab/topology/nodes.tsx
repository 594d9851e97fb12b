/** What stands in the topology: a host's frame, a VM, a switch. Each reads its own numbers from the view. */
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { HostDescription, VmDescription } from '#bridge/protocol/answers';
import { useTick } from '../../../kit/frame-clock.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useFormat, useHost, useView, useVm } from '../../../parts/lab.tsx';
import { vmColor } from '../../../parts/palette.ts';
import { StateBadge } from '../../../parts/state-badge.tsx';
import css from './nodes.module.css';
import { Sparkline } from './sparkline.tsx';

export type VmNode = Node<{ readonly host: number; readonly vm: string }, 'vm'>;
export type SwitchNode = Node<
  { readonly host: number; readonly name: string; readonly links: number },
  'switch'
>;
export type HostNode = Node<{ readonly host: number }, 'host'>;
export type TopologyNode = VmNode | SwitchNode | HostNode;

/** Seconds that a node's curve shows. */
const SPARK_NS = 20e9;

function VmNumbers({ host, vm }: { readonly host: number; readonly vm: VmDescription }) {
  useTick(4);
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView(host);
  const now = view?.time('fineSamples') ?? 0;
  const live = vm.state === 'running';
  const cpu = live ? (view?.latest(vm.slot, 'cpu') ?? 0) / vm.spec.vcpus : 0;
  const series = view?.series(vm.slot, 'cpu', now * 1e8 - SPARK_NS, now * 1e8, 60);
  const resident = view?.now(vm.slot, 'memory') ?? 0;
  return (
    <>
      <div className={css['row']} title={t('metricSource.cpu')}>
        <span className={css['label']}>{t('meter.cpu')}</span>
        <Sparkline
          values={series?.values ?? []}
          max={vm.spec.vcpus}
          color={vmColor(vm.slot)}
          width={64}
          height={18}
        />
        <span className={css['number']}>{format.percent(cpu)}</span>
      </div>
      <div className={css['row']} title={t('source.memory')}>
        <span className={css['label']}>{t('meter.memory')}</span>
        <span className={css['track']}>
          <span
            className={css['fill']}
            style={{
              background: vmColor(vm.slot),
              transform: `scaleX(${Math.min(1, resident / vm.spec.memoryBytes)})`,
            }}
          />
        </span>
        <span className={css['number']}>{format.usedOf(resident, vm.spec.memoryBytes)}</span>
      </div>
    </>
  );
}

export const VmNodeView = memo(function VmNodeView({ data, selected }: NodeProps<VmNode>) {
  const vm = useVm(data.host, data.vm);
  if (vm === undefined) return null;
  return (
    <div
      className={`${css['node']} ${css['vm']}`}
      data-selected={selected}
      style={{ borderLeftColor: vmColor(vm.slot) }}
    >
      <div className={css['title']}>
        <span className={css['name']} title={vm.spec.name}>
          {vm.spec.name}
        </span>
        <StateBadge state={vm.state} />
      </div>
      <VmNumbers host={data.host} vm={vm} />
      <div className={css['detail']}>{vm.spec.image.name}</div>
      <Handle id="top" type="source" position={Position.Top} isConnectable={false} />
      <Handle id="bottom" type="source" position={Position.Bottom} isConnectable={false} />
    </div>
  );
});

export const SwitchNodeView = memo(function SwitchNodeView({ data, selected }: NodeProps<SwitchNode>) {
  const { t } = useTranslation();
  return (
    <div className={`${css['node']} ${css['switch']}`} data-selected={selected}>
      <Handle id="top" type="target" position={Position.Top} isConnectable={false} />
      <Handle id="bottom" type="target" position={Position.Bottom} isConnectable={false} />
      <Handle id="left" type="target" position={Position.Left} isConnectable={false} />
      <Handle id="right" type="source" position={Position.Right} isConnectable={false} />
      <div className={css['title']}>
        <Icon name="network" />
        <span className={css['name']} title={data.name}>
          {data.name}
        </span>
      </div>
      <div className={css['detail']}>{t('topology.ports', { count: data.links })}</div>
    </div>
  );
});

function HostNumbers({ index, host }: { readonly index: number; readonly host: HostDescription }) {
  useTick(2);
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView(index);
  const free = (view?.time('freeFrames') ?? 0) * 4096;
  const used = view === undefined || free === 0 ? 0 : host.ramBytes - free;
  return (
    <span className={css['detail']} title={t('source.hostMemory')}>
      {t('topology.hostFacts', { count: host.harts, memory: format.usedOf(used, host.ramBytes) })}
    </span>
  );
}

export const HostNodeView = memo(function HostNodeView({ data, selected }: NodeProps<HostNode>) {
  const host = useHost(data.host);
  if (host === undefined) return null;
  return (
    <div className={css['host']} data-selected={selected}>
      <div className={css['title']}>
        <Icon name="server" />
        <span className={css['name']} title={host.name}>
          {host.name}
        </span>
        <HostNumbers index={data.host} host={host} />
      </div>
    </div>
  );
});
