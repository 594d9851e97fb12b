/** What stands in the topology: a host's frame, a VM, a switch. Each reads its own numbers from the view. */
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { RESOLUTIONS } from '#base/views';
import type { HostDescription, VmDescription } from '#bridge/protocol/answers';
import { known } from '../../../kit/format.ts';
import { useShown } from '../../../kit/frame-clock.ts';
import { Icon } from '../../../kit/icons.tsx';
import { Sparkline } from '../../../kit/sparkline.tsx';
import { applianceName, imageName } from '../../../parts/engine-names.ts';
import { hostLoad } from '../../../parts/host-load.ts';
import { useFormat, useHost, useView, useVm } from '../../../parts/lab.tsx';
import { vmColor } from '../../../parts/palette.ts';
import { StateBadge, StateSign } from '../../../parts/state-badge.tsx';
import { cpuOf, levelOf } from '../../../parts/vm-load.ts';
import { toggleFolded } from './arrangement.ts';
import { useLevel } from './level.ts';
import css from './nodes.module.css';

export type VmNode = Node<{ readonly host: number; readonly vm: string }, 'vm'>;
export type SwitchNode = Node<
  { readonly host: number; readonly name: string; readonly links: number; readonly isFolded: boolean },
  'switch'
>;
export type HostNode = Node<{ readonly host: number; readonly isFolded: boolean }, 'host'>;
export type ApplianceNode = Node<
  { readonly host: number; readonly name: string; readonly kind: string },
  'appliance'
>;
export type TopologyNode = VmNode | SwitchNode | HostNode | ApplianceNode;

/** What a node's curve shows: points that stand still while the stretch moves on. */
const SPARK_POINTS = 50;
const SPARK_STEP_NS = 4e8;

function VmNumbers({ host, vm }: { readonly host: number; readonly vm: VmDescription }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView(host);
  const { cpu, values, resident } = useShown(4, () => {
    const sampledNs = (view?.time('fineSamples') ?? 0) * RESOLUTIONS.fine.periodNs;
    const toNs = Math.floor(sampledNs / SPARK_STEP_NS) * SPARK_STEP_NS;
    const fromNs = toNs - SPARK_POINTS * SPARK_STEP_NS;
    return {
      cpu: cpuOf(view, vm),
      values: view?.series(vm.slot, 'cpu', fromNs, toNs, SPARK_POINTS).values ?? [],
      resident: levelOf(view, vm, 'memory'),
    };
  });
  return (
    <>
      <div className={css['row']} title={t('metricSource.cpu')}>
        <span className={css['label']}>{t('meter.cpu')}</span>
        <Sparkline values={values} max={vm.spec.vcpus} color={vmColor(vm.slot)} width={64} height={18} />
        <span className={css['number']}>{known(cpu, format.percent)}</span>
      </div>
      <div className={css['row']} title={t('source.memory')}>
        <span className={css['label']}>{t('meter.memory')}</span>
        <span className={css['track']}>
          <span
            className={css['fill']}
            style={{
              background: vmColor(vm.slot),
              transform: `scaleX(${Math.min(1, (resident ?? 0) / vm.spec.memoryBytes)})`,
            }}
          />
        </span>
        <span className={css['number']}>{format.usedOf(resident, vm.spec.memoryBytes)}</span>
      </div>
    </>
  );
}

/** A VM's load as one bar, where the node is too small for more. */
function VmBar({ host, vm }: { readonly host: number; readonly vm: VmDescription }) {
  const view = useView(host);
  const cpu = useShown(1, () => cpuOf(view, vm) ?? 0);
  return (
    <span className={css['bar']}>
      <span
        className={css['fill']}
        style={{ background: vmColor(vm.slot), transform: `scaleX(${Math.min(1, cpu)})` }}
      />
    </span>
  );
}

export const VmNodeView = memo(function VmNodeView({ data, selected }: NodeProps<VmNode>) {
  const { t } = useTranslation();
  const vm = useVm(data.host, data.vm);
  const level = useLevel();
  if (vm === undefined) return null;
  const isFull = level === 'full';
  return (
    <div
      className={`${css['node']} ${css['vm']}`}
      data-selected={selected}
      data-level={level}
      style={{ borderLeftColor: vmColor(vm.slot) }}
    >
      <div className={css['title']}>
        <span className={css['name']}>{vm.spec.name}</span>
        {isFull ? <StateBadge state={vm.state} /> : <StateSign state={vm.state} />}
      </div>
      {isFull ? (
        <>
          <VmNumbers host={data.host} vm={vm} />
          <div className={css['detail']}>{imageName(t, vm.spec.image.name)}</div>
        </>
      ) : null}
      {level === 'brief' ? <VmBar host={data.host} vm={vm} /> : null}
      <Handle id="top" type="source" position={Position.Top} />
      <Handle id="bottom" type="source" position={Position.Bottom} />
    </div>
  );
});

/** How many VMs there are, and how many of them run. */
function useVmCounts(vms: readonly VmDescription[]): string {
  const { t } = useTranslation();
  const running = vms.filter(({ state }) => state === 'running').length;
  return t('topology.vmCounts', { count: vms.length, running });
}

/** Folds a host or a switch, and unfolds it. */
function FoldButton({
  of,
  name,
  isFolded,
}: {
  readonly of: string;
  readonly name: string;
  readonly isFolded: boolean;
}) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className={`${css['fold']} nodrag`}
      aria-expanded={!isFolded}
      aria-label={t(isFolded ? 'topology.unfoldOne' : 'topology.foldOne', { name })}
      onClick={(event) => {
        event.stopPropagation();
        toggleFolded(of);
      }}
    >
      <Icon name={isFolded ? 'right' : 'down'} size={13} />
    </button>
  );
}

export const SwitchNodeView = memo(function SwitchNodeView({ id, data, selected }: NodeProps<SwitchNode>) {
  const { t } = useTranslation();
  const level = useLevel();
  const host = useHost(data.host);
  const vms = host?.vms.filter(({ spec }) => spec.nics.some((nic) => nic.switch === data.name)) ?? [];
  const counts = useVmCounts(vms);
  const ports = t('topology.ports', { count: data.links });
  return (
    <div className={`${css['node']} ${css['switch']}`} data-selected={selected} data-level={level}>
      <Handle id="top" type="target" position={Position.Top} />
      <Handle id="bottom" type="target" position={Position.Bottom} />
      <Handle id="left" type="target" position={Position.Left} />
      <Handle id="right" type="source" position={Position.Right} />
      <div className={css['title']}>
        {vms.length === 0 ? (
          <Icon name="network" />
        ) : (
          <FoldButton of={id} name={data.name} isFolded={data.isFolded} />
        )}
        <span className={css['name']}>{data.name}</span>
      </div>
      {level === 'full' || data.isFolded ? (
        <div className={css['detail']}>{data.isFolded ? counts : ports}</div>
      ) : null}
    </div>
  );
});

export const ApplianceNodeView = memo(function ApplianceNodeView({
  data,
  selected,
}: NodeProps<ApplianceNode>) {
  const { t } = useTranslation();
  const level = useLevel();
  return (
    <div className={`${css['node']} ${css['appliance']}`} data-selected={selected} data-level={level}>
      <Handle id="top" type="source" position={Position.Top} />
      <Handle id="bottom" type="source" position={Position.Bottom} />
      <div className={css['title']}>
        <Icon name="share" />
        <span className={css['name']}>{data.name}</span>
      </div>
      {level === 'full' ? <div className={css['detail']}>{applianceName(t, data.kind)}</div> : null}
    </div>
  );
});

function HostNumbers({ index, host }: { readonly index: number; readonly host: HostDescription }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView(index);
  const { used } = useShown(2, () => hostLoad(host, view));
  return (
    <span className={css['detail']} title={t('source.hostMemory')}>
      {t('topology.hostFacts', { count: host.harts, memory: format.usedOf(used, host.ramBytes) })}
    </span>
  );
}

/** A host in few words. */
function HostSummary({ index, host }: { readonly index: number; readonly host: HostDescription }) {
  const counts = useVmCounts(host.vms);
  return (
    <>
      <span className={css['detail']}>{counts}</span>
      <HostNumbers index={index} host={host} />
    </>
  );
}

export const HostNodeView = memo(function HostNodeView({ data, selected }: NodeProps<HostNode>) {
  const host = useHost(data.host);
  const level = useLevel();
  if (host === undefined) return null;
  return (
    <div
      className={css['host']}
      data-selected={selected}
      data-level={level}
      data-folded={data.isFolded || undefined}
    >
      <Handle id="left" type="target" position={Position.Left} isConnectable={false} />
      <Handle id="right" type="source" position={Position.Right} isConnectable={false} />
      <div className={css['title']}>
        <FoldButton of={host.name} name={host.name} isFolded={data.isFolded} />
        <Icon name="server" />
        <span className={css['name']}>{host.name}</span>
        {data.isFolded || level !== 'full' ? null : <HostNumbers index={data.host} host={host} />}
      </div>
      {data.isFolded ? <HostSummary index={data.host} host={host} /> : null}
    </div>
  );
});
