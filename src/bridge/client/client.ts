/**
 * The page's side of the bridge, as an interface: what the React page is given. It holds nothing that the machine
 * knows except the last description, status, events and console bytes that the worker has sent.
 */
import type { LabError, Result } from '#base/result';
import type { ViewReader } from '#base/views';
import type { LabDescription } from '#bridge/protocol/answers';
import type { BackTo, KeepingStatus, KeepWish, Resumed } from '#bridge/protocol/keeping';
import type {
  LabApi,
  LabEvent,
  LabSource,
  LabStatus,
  OnProgress,
  OpenedLab,
  Speed,
} from '#bridge/protocol/lab-api';
import type { ConsoleStream } from './console-stream.ts';

/** Calls of the worker that need no care of the client's. */
export type LabCalls = Omit<LabApi, 'open' | 'listen' | 'cancel' | 'ping' | 'runTo' | 'goBack'>;

/** What a listener can wait for. */
export type ClientTopic =
  | 'lab'
  | 'status'
  | 'events'
  | 'console'
  | 'views'
  | 'failure'
  | 'keeping'
  | 'resumed';

/** Why the worker had to be started again, or why the lab could not be opened again then. */
export interface ClientFailure {
  readonly error: LabError;
  /** Counts up, so that the same failure twice is two. */
  readonly serial: number;
}

export interface LabClient {
  readonly calls: LabCalls;
  /** Asks a host a question by its name; the name says what the question takes and what it is answered with. */
  readonly ask: LabApi['ask'];
  /** True when the memory of the lab is shared with the page. */
  readonly shared: boolean;

  /** @param keep room in the browser; absent: the lab is not kept */
  open(
    source: LabSource,
    speed: Speed,
    onProgress: OnProgress,
    keep?: Omit<KeepWish, 'tab'>,
  ): Promise<Result<OpenedLab>>;
  runTo(virtualNs: number, onProgress: OnProgress): ReturnType<LabApi['runTo']>;
  goBack(to: BackTo, onProgress: OnProgress): Promise<Result<OpenedLab>>;
  /** Ends the long work that is under way. */
  cancel(): void;

  /** The last description; null before a lab is open. Same object until it changes. */
  lab(): LabDescription | null;
  status(): LabStatus;
  /** The last 1000 events, oldest first. Same array until it changes. */
  events(): readonly LabEvent[];
  failure(): ClientFailure | null;
  /** How keeping the lab in the browser goes. */
  keeping(): KeepingStatus;
  /** Something was done in the lab that is open which neither the browser keeps nor a file has: closing it would lose that. */
  hasUnkeptWork(): boolean;
  /** A person has the lab as a file, as it stands. */
  wasSaved(): void;
  /** From where the lab that is open was gone on with; null: it began at its beginning. Same object until another is opened. */
  resumed(): Resumed | null;
  /** The view of a host, or undefined before a lab is open. */
  view(host: number): ViewReader | undefined;
  /** Takes new copies of all views; for the owner of the animation frame. */
  readViews(): void;
  console(host: number, vm: string): ConsoleStream;
  /** Calls back after a change; returns the end of the subscription. */
  subscribe(topic: ClientTopic, listener: () => void): () => void;
  /** Ends the worker. */
  dispose(): void;
}
