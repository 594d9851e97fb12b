/** What goes between a host in a thread of its own and whoever drives it: calls of the port, and their answers. */
import type { HostSpec } from '#base/scenario';
import type { HostSettings } from './host.ts';
import type { Wiring } from './peers/wiring.ts';
import type { HostBeginning, HostPort, HostStatus } from './port.ts';
import type { HostImage } from './snapshot/host-checkpoint.ts';

/** One end of a channel that keeps the order of messages: a port, a worker, or something that behaves like one. */
export interface Endpoint {
  /** Plain data, which is copied. */
  post(message: unknown): void;
  /** @param onGone the other end is gone for good, and why */
  listen(onMessage: (message: unknown) => void, onGone: (why: string) => void): void;
  /** Ends the channel, and what is at its other end. */
  close(): void;
}

/** A file that hosts load software from, by the name that they look for. */
export interface Provision {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** With what a host begins. */
export interface HostStart {
  readonly engine: Uint8Array;
  readonly spec: HostSpec;
  readonly settings: HostSettings;
  /** To go on from. */
  readonly image?: HostImage;
  readonly shared: boolean;
  /** Memory by which it keeps together with others. */
  readonly wiring?: Wiring;
  readonly software: readonly Provision[];
}

/** Calls that go through as they are. */
export type PortCall = Exclude<
  {
    [Name in keyof HostPort]: HostPort[Name] extends (...args: never) => unknown ? Name : never;
  }[keyof HostPort],
  'close'
>;

export type HostRequest =
  | { readonly kind: 'begin'; readonly id: number; readonly start: HostStart }
  | { readonly kind: 'provide'; readonly provision: Provision }
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly call: PortCall;
      readonly args: readonly unknown[];
    };

export type HostReply =
  | { readonly id: number; readonly status: HostStatus; readonly value: unknown }
  /** It was thrown. */
  | { readonly id: number; readonly error: string };

/** The value of the answer to `begin`. */
export type Begun = HostBeginning;
