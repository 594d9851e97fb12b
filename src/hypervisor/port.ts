/**
 * A host as anybody above the hypervisor may know it: plain data both ways, and promises, so that it makes no difference
 * whether the host runs in this thread or in one of its own.
 */

import type { Result } from '#base/result';
import type { CommandData, HostSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { DebugRequest, StopReport } from './cpu/debugger.ts';
import type { HostSettings } from './host.ts';
import type { HostDescription } from './monitor/description.ts';
import type { HostNews, HostView } from './monitor/news.ts';
import type { LinkFrame } from './network/uplink.ts';
import type { Wiring } from './peers/wiring.ts';
import type { Timed } from './questions/question.ts';
import type { HostCheckpoint, HostImage } from './snapshot/host-checkpoint.ts';
import type { UnkeptFlush } from './vm/host-layers.ts';

export type { Breakpoint, DebugRequest, StopReport } from './cpu/debugger.ts';
export type { VcpuStep } from './cpu/stops.ts';
export type { HostNews, HostView } from './monitor/news.ts';
export type { LinkFrame, LinkSpeed, UplinkSettings } from './network/uplink.ts';
export type { Waiting } from './peers/peers.ts';
export type { Timed } from './questions/question.ts';
export type { UnkeptFlush } from './vm/host-layers.ts';

/** How a host stands between two calls. */
export interface HostStatus {
  /** Virtual time that all harts have reached: a quantum boundary, unless the host has stopped. */
  readonly now: VirtualNs;
  /** Instructions retired by all harts. */
  readonly instructions: number;
  /** Time up to the next quantum boundary: 0 unless the host has stopped before one. */
  readonly restOfQuantumNs: VirtualNs;
  /**
   * No vCPU runs before it, and nothing happens but that samples are taken, unless the host is told something: `now` where one has
   * something to do.
   */
  readonly idleUntil: VirtualNs;
  /** Why it stands where it stands; absent while it may go on. */
  readonly stop?: StopReport;
}

/** Where `advance` may end before its time. */
export interface PortLimits {
  /** A reading of the caller's clock; the host has run for at least a quantum by then. */
  readonly deadlineMs?: number;
  /**
   * Nothing happens on any of the hosts that are driven together before it. It is reached whatever the deadline: nobody is left so far
   * behind that what it sends then would come too late. Until the end of the call no host need wait for another.
   */
  readonly idleUntil?: VirtualNs;
}

/**
 * Switches a host on: VMs created, those with `autostart` started. With an image it is the host that was taken so; one that does
 * not fit is a promise that is rejected.
 */
export type MakeHost = (
  spec: HostSpec,
  settings: HostSettings,
  image?: HostImage,
  place?: PlaceOfHost,
) => Promise<HostPort>;

/** Where a host stands among those that are driven together. */
export interface PlaceOfHost {
  /** From 0. */
  readonly number: number;
  /** Memory by which it can keep together with the others, where threads can share some; made when it is asked for. */
  readonly wiring: () => Wiring;
}

/** What came of `advance`. */
export interface Advanced {
  /** The clock has reached the deadline. */
  readonly isOver: boolean;
  /** What the host has sent to others, unless they got it over memory that they share. */
  readonly outbox: readonly LinkFrame[];
  /** Flushes that could not be kept: where this run is repeated, they must fail there too. */
  readonly unkept: readonly UnkeptFlush[];
}

/** What a host is from the beginning. */
export interface HostBeginning {
  readonly description: HostDescription;
  /** Without sharing, news carry what changes from here on. */
  readonly view: HostView;
}

/**
 * A host. A call that it cannot carry out through a mistake of ours, or because its thread is gone, is a promise that is
 * rejected; the host is then of no further use.
 */
export interface HostPort {
  readonly spec: HostSpec;
  readonly beginning: HostBeginning;
  /** It keeps together with others by itself: nobody need hold it back for them, or carry what it sends. */
  readonly isWired: boolean;
  /** As it was at the last call of `execute`, `advance`, `finishQuantum` or `debug`. */
  readonly status: HostStatus;

  /** Carries a command out at the present quantum boundary. */
  execute(command: CommandData): Promise<Result<null>>;
  /**
   * Lets virtual time pass up to the first quantum boundary at or after `until`, or to a stop.
   *
   * @param inbox what each link has brought, in order of time; none of it is due yet
   */
  advance(until: VirtualNs, inbox: readonly LinkFrame[], limits: PortLimits): Promise<Advanced>;
  /** A host that has stopped goes on to the next quantum boundary: only there it takes commands, and has a hash. */
  finishQuantum(): Promise<void>;
  /** The answer to a question, with the virtual time at which it was true. */
  ask(id: string, args: unknown): Promise<Result<Timed<unknown>>>;
  /** Where it is to stop. It changes no machine, and no log has it. */
  debug(request: DebugRequest): Promise<Result<null>>;
  /** What the host says of itself since the last time. */
  news(): Promise<HostNews>;
  /** Everything that guests or policies can observe, as one file. */
  snapshot(): Promise<Uint8Array>;
  /** What a checkpoint takes of it at a quantum boundary; of its pieces those whose content is above a number. */
  checkpoint(known: number): Promise<HostCheckpoint>;
  /** Copies a part of that ahead, so that the checkpoint itself is short; true when there is more to copy. */
  copyAhead(known: number): Promise<boolean>;
  /** Hash of the state. */
  hash(): Promise<string>;
  /** Answers when what was called before is done: a host that hangs does not. */
  ping(): Promise<void>;
  /** Ends it; calls that are under way are rejected. */
  close(): void;
}
