/** What a snapshot holds of the agent's port. */
import { deadline } from '#base/state/deadline';
import { type Declaration, declare, since } from '#base/state/declare';
import { bool, integer, integers, optional, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { BYTE_RING, type ByteRingState } from '../../byte-ring.ts';
import { type Counters, countersState, namesOf } from '../../counters.ts';
import { TERMINAL_COUNTERS, type TerminalCounter } from '../terminal.ts';
import { AGENT_PORT_COUNTERS, type AgentPortCounter } from './metrics.ts';

export interface AgentPortState {
  /** Software in the guest has the port open. */
  readonly isOpen: boolean;
  readonly isAdded: boolean;
  /** Control messages that wait for a buffer: 256 times the port, and the event. */
  readonly control: Float64Array;
  /** Output rests, and goes on after this time. */
  readonly resumesIn: VirtualNs | undefined;
  readonly input: ByteRingState;
  readonly counters: Counters<AgentPortCounter>;
  readonly terminal: TerminalPortState | undefined;
}

/** The same of the port that is the terminal, where the device has one. */
export interface TerminalPortState {
  readonly columns: number;
  readonly rows: number;
  readonly isOpen: boolean;
  readonly resumesIn: VirtualNs | undefined;
  readonly input: ByteRingState;
  readonly counters: Counters<TerminalCounter>;
}

/** Control messages that may wait: a driver that asks for more and gives no buffers is not answered. */
export const MOST_CONTROL = 16;

export const AGENT_PORT: Declaration<AgentPortState> = declare('virtio agent port', {
  isOpen: bool,
  isAdded: since(7, bool, false),
  control: integers(upTo(MOST_CONTROL)),
  resumesIn: optional(deadline),
  input: BYTE_RING,
  counters: countersState('virtio agent port', namesOf(AGENT_PORT_COUNTERS)),
  terminal: since(
    9,
    optional(
      declare<TerminalPortState>('virtio terminal port', {
        ...{ columns: integer, rows: integer, isOpen: bool, resumesIn: optional(deadline), input: BYTE_RING },
        counters: countersState('virtio terminal port', namesOf(TERMINAL_COUNTERS)),
      }),
    ),
    undefined,
  ),
});
