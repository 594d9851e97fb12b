/** What there is on a host, in words that leave it: its size, its switches, its VMs and how each of them is. */
import type { HostSoftware } from '#base/catalogue/host-software';
import type { VmState } from '#base/catalogue/vm-life-cycle';
import type { ApplianceSpec, SwitchParts, TrunkSpec, VmSpec } from '#base/scenario';
import type { TerminalSize } from '#machine/devices/virtio/virtio-device';
import type { Host } from '../host.ts';
import type { Vm } from '../vm/vm.ts';

/** Why something stopped: a code that has a sentence, with data. */
export interface Reason {
  readonly code: string;
  readonly data: Readonly<Record<string, string | number>>;
}

export interface HostDescription {
  readonly name: string;
  readonly ramBytes: number;
  readonly harts: number;
  readonly switches: readonly string[];
  /** What these have beside their ports, by name; one that has nothing is not named, absent when none has. */
  readonly switchParts?: Readonly<Record<string, SwitchParts>>;
  /** Cables between its switches, with their numbers; none when absent. */
  readonly trunks?: readonly TrunkSpec[];
  /** What hangs at its switches and is no VM; none when absent. */
  readonly appliances?: readonly ApplianceDescription[];
  /** Its physical disks; one that nobody named when absent. */
  readonly disks?: readonly string[];
  readonly vms: readonly VmDescription[];
  /** What owns it instead of our hypervisor; none when absent. */
  readonly software?: HostSoftware;
  /** VMs whose screens it shows over the network; none when absent. */
  readonly viewers?: readonly string[];
  /** The host stands still for good; its VMs are shown as failed for this reason. */
  readonly failure?: Reason;
}

/** An appliance, and where its cables go. */
export interface ApplianceDescription {
  readonly spec: ApplianceSpec;
  readonly ports: readonly { readonly name: string; readonly switch: string }[];
}

export interface VmDescription {
  /** Place in the views, constant for the life of the VM; colours follow it. */
  readonly slot: number;
  readonly spec: VmSpec;
  readonly state: VmState;
  /** The size of its terminal in cells, and whether the guest heeds another. */
  readonly terminal: TerminalSize;
  /** Why it failed or stopped: a code of `error-codes.ts` with data. */
  readonly reason?: Reason;
}

export function describeVm({ slot, spec, state, terminalSize, reason }: Vm): VmDescription {
  return { slot, spec, state, terminal: terminalSize, ...(reason === undefined ? {} : { reason }) };
}

export function describeHost(host: Host): HostDescription {
  const { name, ramBytes, harts, switches, storage, software, remoteDesktops = [] } = host.spec;
  const { trunks, appliances } = host.network;
  const parts = switches.flatMap((each) =>
    each.parts === undefined ? [] : [[each.name, each.parts] as const],
  );
  const viewers = remoteDesktops.filter(({ role }) => role === 'viewer').map(({ vm }) => vm);
  return {
    ...{ name, ramBytes, harts, switches: switches.map((each) => each.name) },
    ...(parts.length === 0 ? {} : { switchParts: Object.fromEntries(parts) }),
    ...(trunks.length === 0 ? {} : { trunks: trunks.map((trunk) => trunk.spec) }),
    ...(appliances.length === 0 ? {} : { appliances: appliances.map((each) => each.description) }),
    ...(storage === undefined ? {} : { disks: storage.map((disk) => disk.name) }),
    vms: host.vms().map(describeVm),
    ...(software === undefined ? {} : { software }),
    ...(viewers.length === 0 ? {} : { viewers }),
  };
}
