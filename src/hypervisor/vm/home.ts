/** What a VM is given by its host, and where on it the VM is. Types only. */
import type { EventCode } from '#base/catalogue/event-codes';
import type { ErrorData } from '#base/result';
import type { NicSpec } from '#base/scenario';
import type { Transmit } from '#machine/devices/virtio/device-kind';
import type { Machine } from '#machine/machine';
import type { Dispatcher } from '../cpu/dispatcher.ts';
import type { StopControl } from '../cpu/stops.ts';
import type { HostStorage } from '../io/media/storage.ts';
import type { HostDevices } from '../io/passthrough/host-devices.ts';
import type { DeviceRegistries } from '../io/wanted-devices.ts';
import type { Allocate, FrameAllocator } from '../memory/frame-allocator.ts';
import type { MemoryManagement } from '../memory/management.ts';
import type { SwapArea } from '../memory/swap/swap-area.ts';
import type { MeasuredMetric } from '../monitor/measures.ts';
import type { TraceRecorder } from '../monitor/trace.ts';
import type { AgentJob } from './agent/state.ts';
import type { HostLayers } from './host-layers.ts';

export interface VmHome {
  readonly machine: Machine;
  readonly frames: FrameAllocator;
  readonly swap: SwapArea;
  readonly storage: HostStorage;
  readonly passThrough: HostDevices;
  /** Mappings of a VM were taken away or narrowed: who remembers some must not use them. */
  readonly fence: (slot: number) => void;
  readonly management: MemoryManagement;
  readonly dispatcher: Dispatcher;
  readonly trace: TraceRecorder;
  readonly stops: StopControl;
  /** Date at which virtual time begins, where the scenario says one. */
  readonly date: string | undefined;
  /** Seed of the scenario. */
  readonly seed: number;
  readonly allocate: Allocate;
  /** What devices it can have, and what is measured of it. */
  readonly registries: DeviceRegistries & { readonly metrics: readonly MeasuredMetric[] };
  /** The layers that its disks may lie on. */
  readonly layers: HostLayers;
  /** Tells people what a guest does, in the host's log. */
  readonly note: (slot: number, code: EventCode, data: ErrorData) => void;
  /** A VM wants something done for it, perhaps outside of an exit. */
  readonly requested: (slot: number) => void;
  /** A VM's guest agent has come to an end with a request. */
  readonly agentEnded: (slot: number, job: AgentJob) => void;
  readonly connect: (slot: number, card: number, nic: NicSpec, receive: Transmit) => Transmit;
  /** A driver has begun to use a card of a VM, or has ended. */
  readonly cardInUse: (slot: number, card: number, isInUse: boolean) => void;
}

/** Who sees the frames of all VMs. */
export interface FrameDoor {
  /** A frame leaves a card of a VM, or has come to it. */
  readonly noteFrame: (slot: number, frame: Uint8Array, isSent: boolean) => void;
}

/** Who a VM is, and where on its host. */
export interface VmPlace {
  /** 0 to 63; VMID, owner byte and colour follow from it. */
  readonly slot: number;
  readonly identity: number;
}
