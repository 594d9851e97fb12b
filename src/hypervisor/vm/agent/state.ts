/** What a snapshot holds of the hypervisor's end of the guest agent. Times are the guest's own. */
import { type Declaration, declare } from '#base/state/declare';
import { bytes, integer, list, oneOf, optional, text, u32, upTo } from '#base/state/types';
import { MOST_PAYLOAD } from './protocol.ts';

/** What the agent can be asked for. */
export const AGENT_REQUESTS = ['shutDown', 'work', 'plug', 'unplug', 'put', 'get', 'processor'] as const;
export type AgentRequest = (typeof AGENT_REQUESTS)[number];
export const JOB_STATES = ['waiting', 'done', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** The largest file that goes in or out. */
export const MOST_FILE: number = 4 * 1024 * 1024;
/** Requests that wait at a time, and those that are remembered. */
export const MOST_WAITING = 8;
export const MOST_JOBS = 16;

/** A request and what became of it. */
export interface AgentJob {
  readonly id: number;
  readonly request: AgentRequest;
  /** What of: a workload, a slot, a path. */
  readonly what: string;
  readonly atNs: number;
  readonly state: JobState;
  /** What the agent said of it. */
  readonly answer: string;
  /** Of a file: bytes that have arrived, of so many. */
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Of a file that goes in, all of it while it does; of one that goes out, what has come. */
  readonly content: Uint8Array;
  /** Of a file that goes in: bytes that were sent. */
  readonly sentBytes: number;
}

export interface AgentReport {
  readonly atNs: number;
  readonly text: string;
}

export interface AgentState {
  /** What the agent said of itself; empty where there is none. */
  readonly hello: string;
  readonly report: AgentReport | undefined;
  /** The beginning of a message. */
  readonly begun: Uint8Array;
  readonly nextId: number;
  readonly jobs: readonly AgentJob[];
}

const PAYLOAD = text(4 * MOST_PAYLOAD);

const JOB: Declaration<AgentJob> = declare('agent job', {
  id: u32,
  request: oneOf(...AGENT_REQUESTS),
  what: text(1024),
  atNs: integer,
  state: oneOf(...JOB_STATES),
  answer: text(1024),
  doneBytes: integer,
  totalBytes: integer,
  content: bytes(upTo(MOST_FILE)),
  sentBytes: integer,
});

export const AGENT: Declaration<AgentState> = declare('guest agent', {
  hello: PAYLOAD,
  report: optional(declare<AgentReport>('agent report', { atNs: integer, text: PAYLOAD })),
  begun: bytes(upTo(MOST_PAYLOAD + 8)),
  nextId: u32,
  jobs: list(JOB, upTo(MOST_JOBS)),
});
