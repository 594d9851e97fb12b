/**
 * The hypervisor's end of the guest agent: what it has said of itself and of its guest, and what it was asked. It knows a port for
 * bytes and the guest's time, nothing of devices. Everything that comes from the guest is bounded, and means nothing but what it says.
 */
import { fail, ok, type Result } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import { type Agent, type AgentOptions, NEEDS } from './agent-types.ts';
import {
  type AgentMessage,
  agentMessage,
  FROM_AGENT,
  guestText,
  MessageReader,
  MOST_PAYLOAD,
  TO_AGENT,
} from './protocol.ts';
import { type AgentFacts, type AgentSelf, factsIn, selfIn } from './report.ts';
import {
  type AgentJob,
  type AgentReport,
  type AgentRequest,
  type AgentState,
  type JobState,
  MOST_FILE,
  MOST_JOBS,
  MOST_WAITING,
} from './state.ts';

/** Pieces of a file that are under way at a time. */
const WINDOW: number = 8 * MOST_PAYLOAD;
const MOST_ANSWER = 160;
const NOTHING = new Uint8Array(0);

type Changing<T> = { -readonly [K in keyof T]: T[K] };

export class GuestAgent implements Agent {
  readonly #options: AgentOptions;
  readonly #reader = new MessageReader();
  #hello = '';
  #report: AgentReport | undefined;
  #jobs: Changing<AgentJob>[] = [];
  #nextId = 1;

  constructor(options: AgentOptions) {
    this.#options = options;
    const { port } = options;
    if (port === undefined) return;
    port.onBytes = (bytes) => this.#reader.take(bytes, (message) => this.#hear(message));
    port.onOpen = (isOpen) => (isOpen ? this.#ask() : this.#gone());
  }

  get hasPort(): boolean {
    return this.#options.port !== undefined;
  }
  /** The guest's time. */
  get now(): VirtualNs {
    return this.#options.now();
  }
  /** An agent has the port open, and has said who it is. */
  get isPresent(): boolean {
    return this.#hello !== '' && this.#options.port?.isOpen === true;
  }
  /** What it says of itself. */
  get self(): AgentSelf | undefined {
    return this.isPresent ? selfIn(this.#hello) : undefined;
  }
  /** What it has said of its guest last, and when, in the guest's time. */
  get facts(): (AgentFacts & { readonly atNs: VirtualNs }) | undefined {
    return this.#report === undefined
      ? undefined
      : { ...factsIn(this.#report.text), atNs: this.#report.atNs };
  }
  /** What it was asked, the latest last. */
  get jobs(): readonly AgentJob[] {
    return this.#jobs;
  }
  can(what: string): boolean {
    return this.self?.can.includes(what) === true;
  }

  /** Asks for something; what comes of it is a job. */
  request(request: AgentRequest, what: string, content: Uint8Array = NOTHING): Result<AgentJob> {
    if (!this.can(NEEDS[request])) return fail('agent.cannot', { what: NEEDS[request] });
    if (content.length > MOST_FILE)
      return fail('agent.fileSize', { bytes: content.length, limit: MOST_FILE });
    const payload = new TextEncoder().encode(what);
    const isFull = this.#jobs.filter(({ state }) => state === 'waiting').length >= MOST_WAITING;
    const id = this.#nextId;
    const isHeld = IN_TURN.has(request) && this.#current(request) !== undefined;
    if (isFull || payload.length > MOST_PAYLOAD || !(isHeld || this.#send(TO_AGENT[request], id, payload)))
      return fail('agent.busy', { limit: MOST_WAITING });
    this.#nextId = (id % 0xffff) + 1;
    const job: AgentJob = {
      ...{ id, request, what, atNs: this.#options.now(), state: 'waiting', answer: '' },
      ...{ doneBytes: 0, totalBytes: content.length, content, sentBytes: 0 },
    };
    const kept = this.#jobs.filter(({ state }) => state === 'waiting');
    const ended = this.#jobs.filter(({ state }) => state !== 'waiting');
    // Of those that have ended, the latest are remembered.
    const forgotten = new Set(ended.slice(0, Math.max(0, kept.length + ended.length + 1 - MOST_JOBS)));
    this.#jobs = [...this.#jobs.filter((each) => !forgotten.has(each)), job];
    return ok(job);
  }

  /** Gives a request up: what the guest does with it from now on is ignored. */
  cancel(id: number): boolean {
    const job = this.#waiting(id);
    if (job === undefined) return false;
    if (this.#isAsked(job)) this.#send(TO_AGENT.cancel, id, NOTHING);
    this.#end(job, 'cancelled', '');
    return true;
  }

  /** Nothing, for a VM that has no port. */
  capture(): AgentState | undefined {
    if (this.#options.port === undefined) return undefined;
    return {
      hello: this.#hello,
      report: this.#report,
      begun: this.#reader.capture(),
      nextId: this.#nextId,
      jobs: this.#jobs,
    };
  }
  restore(saved: AgentState | undefined): void {
    if (saved === undefined) return;
    const { hello, report, begun, nextId, jobs } = saved;
    this.#hello = hello;
    this.#report = report;
    this.#reader.restore(begun);
    this.#nextId = Math.min(Math.max(nextId, 1), 0xffff);
    this.#jobs = jobs.map((job) => ({ ...job, content: job.content.slice() }));
  }

  #send(type: number, id: number, payload: Uint8Array): boolean {
    const port = this.#options.port;
    if (port?.isOpen !== true) return false;
    const message = agentMessage(type, id, payload);
    if (port.room < message.length) return false;
    port.send(message);
    return true;
  }

  /** Somebody has opened the port: an agent says who it is, or another program nothing. */
  #ask(): void {
    this.#reader.clear();
    this.#send(TO_AGENT.ask, 0, NOTHING);
  }

  /** Nobody has the port open any more: what was said is history. */
  #gone(): void {
    this.#reader.clear();
    this.#hello = '';
    this.#report = undefined;
    for (const job of this.#jobs)
      if (job.state === 'waiting') this.#end(job, job.request === 'shutDown' ? 'done' : 'failed', '');
  }

  #waiting(id: number): Changing<AgentJob> | undefined {
    return this.#jobs.find((job) => job.id === id && job.state === 'waiting');
  }

  /** What the guest is at, of what it does one after the other. */
  #current(request: AgentRequest): Changing<AgentJob> | undefined {
    return this.#jobs.find((job) => job.request === request && job.state === 'waiting');
  }
  /** It waits, and the guest knows of it. */
  #isAsked(job: AgentJob): boolean {
    return !IN_TURN.has(job.request) || this.#current(job.request) === job;
  }

  #end(job: Changing<AgentJob>, state: JobState, answer: string): void {
    const wasAsked = this.#isAsked(job);
    job.state = state;
    job.answer = answer;
    const isTaken = job.request === 'get' && state === 'done';
    if (!isTaken) job.content = NOTHING;
    // A file that was taken out lies here until the next one: contents are large.
    else
      for (const other of this.#jobs) if (other !== job && other.request === 'get') other.content = NOTHING;
    this.#options.ended(job);
    const next = IN_TURN.has(job.request) && wasAsked ? this.#current(job.request) : undefined;
    if (next === undefined) return;
    if (!this.#send(TO_AGENT[next.request], next.id, new TextEncoder().encode(next.what)))
      this.#end(next, 'failed', '');
  }

  #hear({ type, request, payload }: AgentMessage): void {
    if (type === FROM_AGENT.hello) this.#hello = lines(payload);
    if (type === FROM_AGENT.report) this.#report = { atNs: this.#options.now(), text: lines(payload) };
    const job = this.#waiting(request);
    if (job === undefined || !this.#isAsked(job)) return;
    if (type === FROM_AGENT.done) this.#finish(job, guestText(payload, MOST_ANSWER));
    else if (type === FROM_AGENT.failed) this.#end(job, 'failed', guestText(payload, MOST_ANSWER));
    else if (type === FROM_AGENT.ack && payload.length === 4) this.#acknowledge(job, payload);
    else if (type === FROM_AGENT.data && job.request === 'get') this.#append(job, payload);
  }

  #finish(job: Changing<AgentJob>, answer: string): void {
    const isWhole = job.request !== 'put' || job.doneBytes === job.totalBytes;
    if (job.request === 'get') job.content = job.content.slice(0, job.doneBytes);
    this.#end(job, isWhole ? 'done' : 'failed', answer);
  }

  /** Of a file that comes, its size; of one that goes, what has arrived. */
  #acknowledge(job: Changing<AgentJob>, payload: Uint8Array): void {
    const bytes = new DataView(payload.buffer, payload.byteOffset, 4).getUint32(0, true);
    if (job.request === 'get') {
      job.totalBytes = bytes;
      if (bytes > MOST_FILE) this.#giveUp(job);
      return;
    }
    if (job.request !== 'put' || bytes < job.doneBytes || bytes > job.sentBytes) return;
    job.doneBytes = bytes;
    this.#feed(job);
  }

  /** Sends as much of a file as may be under way. */
  #feed(job: Changing<AgentJob>): void {
    const end = Math.min(job.totalBytes, job.doneBytes + WINDOW);
    while (job.sentBytes < end) {
      const piece = job.content.subarray(job.sentBytes, Math.min(end, job.sentBytes + MOST_PAYLOAD));
      if (!this.#send(TO_AGENT.data, job.id, piece)) return;
      job.sentBytes += piece.length;
    }
    if (job.doneBytes === job.totalBytes) this.#send(TO_AGENT.data, job.id, NOTHING);
  }

  /** A piece of a file that is taken out. Room grows with what has come, not with what is promised. */
  #append(job: Changing<AgentJob>, payload: Uint8Array): void {
    const length = job.doneBytes + payload.length;
    if (length > MOST_FILE) {
      this.#giveUp(job);
      return;
    }
    if (length > job.content.length) {
      const grown = new Uint8Array(Math.min(MOST_FILE, Math.max(length, 2 * job.content.length)));
      grown.set(job.content.subarray(0, job.doneBytes));
      job.content = grown;
    }
    job.content.set(payload, job.doneBytes);
    job.doneBytes = length;
  }

  #giveUp(job: Changing<AgentJob>): void {
    this.#send(TO_AGENT.cancel, job.id, NOTHING);
    this.#end(job, 'failed', `more than ${MOST_FILE} bytes`);
  }
}

/** An agent takes one file in and gives one out at a time: of these the first that waits is with it, and the others come after it. */
const IN_TURN: ReadonlySet<AgentRequest> = new Set(['put', 'get']);

/** Lines of printable ASCII. */
function lines(payload: Uint8Array): string {
  return new TextDecoder('latin1').decode(payload).replace(/[^\n\x20-\x7e]/g, ' ');
}
