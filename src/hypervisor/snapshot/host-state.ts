/**
 * What a snapshot holds of a host: its VMs, each by itself, and the host's part: harts, schedule, where which VM lies, switches and
 * what is on their wires; and the frames of its RAM that are in use.
 */

import { PAGE_SIZE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import type { Result } from '#base/result';
import type { HostSpec } from '#base/scenario';
import { HOST_SPEC, PORT_SETTINGS } from '#base/scenario-state';
import { type AnyDeclaration, type Declaration, declare, since } from '#base/state/declare';
import { exactly, integer, list, optional, piece, text, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { PLATFORM_STATES } from '#machine/devices/device-states';
import { statesOf } from '#machine/kind';
import { MAX_RAM_SIZE } from '#machine/layout';
import { MACHINE, type MachineState } from '#machine/machine';
import { ADJUSTER, type AdjusterState, NO_ADJUSTER } from '../adjustment/adjuster-state.ts';
import { allKinds } from '../all-kinds.ts';
import { BARE_STATE, type BareState } from '../bare/state.ts';
import { DISPATCHER, type DispatcherState } from '../cpu/dispatcher.ts';
import { COMPARISON, type ComparisonState, NO_COMPARISON } from '../io/comparison/state.ts';
import { NO_STORAGE, STORAGE, type StorageState } from '../io/media/storage.ts';
import { PASS_THROUGH, type PassThroughState } from '../io/passthrough/state.ts';
import { FRAMES, type FramesState } from '../memory/frame-allocator.ts';
import { MANAGEMENT, type ManagementState, NO_MANAGEMENT } from '../memory/management.ts';
import { SWAP_AREA, type SwapAreaState } from '../memory/swap/swap-area.ts';
import { MONITOR, type MonitorState } from '../monitor/monitor-state.ts';
import { NETWORK, type NetworkState } from '../network/host-network.ts';
import type { UplinkSettings } from '../network/uplink.ts';
import type { Registries } from '../registries.ts';
import { VM, VM_PLACEMENT, type VmPlacement, type VmSnapshot } from '../vm/state.ts';
import { type HashBytes, readContent, unwrapSnapshot } from './file.ts';
import { MOST_CONTENTS, NO_SNAPSHOTS, SNAPSHOTS, type SnapshotsState } from './vm-snapshots.ts';

/** What of the scenario concerns a host besides its own specification. */
export interface HostSettings {
  readonly seed: number;
  readonly nsPerInstruction: number;
  readonly quantumInstructions: number;
  /** Its ends of links to other hosts. */
  readonly uplinks?: readonly UplinkSettings[];
  /** What clocks show at its beginning; see `base/start-date.ts` where it is absent. */
  readonly date?: string | undefined;
}

/** A VM at its place. */
interface PlacedVm {
  readonly slot: number;
  readonly vm: VmSnapshot;
  readonly placement: VmPlacement;
}

export interface HostState {
  readonly spec: HostSpec;
  readonly settings: HostSettings;
  readonly now: VirtualNs;
  readonly nextSampleNs: VirtualNs;
  readonly vms: readonly PlacedVm[];
  readonly machine: MachineState;
  readonly frames: FramesState;
  readonly swap: SwapAreaState;
  readonly management: ManagementState;
  readonly dispatcher: DispatcherState;
  readonly network: NetworkState;
  readonly snapshots: SnapshotsState;
  readonly storage: StorageState;
  readonly comparison: ComparisonState;
  /** Nothing in a state of old. */
  readonly passThrough: PassThroughState | undefined;
  readonly monitor: MonitorState | undefined;
  readonly adjustment: AdjusterState;
  /** Of a host that software of its own owns. */
  readonly bare: BareState | undefined;
}

export interface SavedHost {
  readonly host: HostState;
  /** By frame that is in use: its content, or nothing where that is zeros. */
  readonly ram: readonly (Uint8Array | undefined)[];
  /** What the snapshots of its VMs hold, in the order in which its state names them. */
  readonly snapshotContents: readonly Uint8Array[];
}

/** A page, or a part of a disk. */
const MOST_PIECE_BYTES = 1 << 20;

export const HOST: Declaration<HostState> = declare('host', {
  spec: HOST_SPEC,
  settings: declare<HostSettings>('host settings', {
    seed: integer,
    nsPerInstruction: integer,
    quantumInstructions: integer,
    uplinks: optional(
      list(
        declare<UplinkSettings>('uplink settings', {
          ...{ link: u32, switch: text(256), delayNs: integer, bitsPerSecond: integer },
          port: since(8, optional(PORT_SETTINGS), undefined),
        }),
        upTo(LIMITS.links),
      ),
    ),
    date: since(9, optional(text(32)), undefined),
  }),
  now: integer,
  nextSampleNs: integer,
  vms: list(declare<PlacedVm>('placed vm', { slot: u32, vm: VM, placement: VM_PLACEMENT }), upTo(LIMITS.vms)),
  machine: MACHINE,
  frames: FRAMES,
  swap: SWAP_AREA,
  management: since(5, MANAGEMENT, NO_MANAGEMENT),
  dispatcher: DISPATCHER,
  network: NETWORK,
  snapshots: since(3, SNAPSHOTS, NO_SNAPSHOTS),
  storage: since(7, STORAGE, NO_STORAGE),
  comparison: since(8, COMPARISON, NO_COMPARISON),
  passThrough: since(8, optional(PASS_THROUGH), undefined),
  monitor: since(11, optional(MONITOR), undefined),
  adjustment: since(11, ADJUSTER, NO_ADJUSTER),
  bare: since(14, optional(BARE_STATE), undefined),
});

export const SAVED_HOST: Declaration<SavedHost> = declare('saved host', {
  host: HOST,
  ram: list(optional(piece(exactly(PAGE_SIZE))), upTo(MAX_RAM_SIZE / PAGE_SIZE)),
  snapshotContents: since(3, list(piece(upTo(MOST_PIECE_BYTES)), upTo(MOST_CONTENTS)), []),
});

/** The host that a file holds, as data. */
export function readHostFile(
  file: Uint8Array,
  hash: HashBytes,
  parts: readonly AnyDeclaration[],
): Result<SavedHost> {
  return readContent(SAVED_HOST, unwrapSnapshot('host', file, hash), parts);
}

/** Parts that a snapshot names by kind, as far as a host knows the kinds. */
export function partsOf(registries: Registries): readonly AnyDeclaration[] {
  return [...PLATFORM_STATES, ...statesOf(allKinds(registries))];
}
