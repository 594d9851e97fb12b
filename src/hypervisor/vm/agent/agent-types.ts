/** What the rest of the hypervisor may know of a guest agent. */
import type { Result } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import type { BytePort } from '#machine/devices/virtio/virtio-device';
import type { AgentFacts, AgentSelf } from './report.ts';
import type { AgentJob, AgentRequest, AgentState } from './state.ts';

export interface AgentOptions {
  /** Where it is reached; a VM may have no such port. */
  readonly port: BytePort | undefined;
  /** The guest's own time. */
  readonly now: () => VirtualNs;
  /** A request has come to an end. */
  readonly ended: (job: AgentJob) => void;
}

export interface Agent {
  readonly hasPort: boolean;
  /** The guest's time. */
  readonly now: VirtualNs;
  /** An agent has the port open, and has said who it is. */
  readonly isPresent: boolean;
  /** What it says of itself. */
  readonly self: AgentSelf | undefined;
  /** What it has said of its guest last, and when, in the guest's time. */
  readonly facts: (AgentFacts & { readonly atNs: VirtualNs }) | undefined;
  /** What it was asked, the latest last. */
  readonly jobs: readonly AgentJob[];
  can(what: string): boolean;
  /** Asks for something; what comes of it is a job. */
  request(request: AgentRequest, what: string, content?: Uint8Array): Result<AgentJob>;
  /** Gives a request up: what the guest does with it from now on is ignored. */
  cancel(id: number): boolean;
  /** Nothing, for a VM that has no port. */
  capture(): AgentState | undefined;
  restore(saved: AgentState | undefined): void;
}

/** What an agent says that it can, by request. */
export const NEEDS: Readonly<Record<AgentRequest, string>> = {
  shutDown: 'shutdown',
  work: 'work',
  plug: 'hotplug',
  unplug: 'hotplug',
  put: 'files',
  get: 'files',
  processor: 'processors',
};
