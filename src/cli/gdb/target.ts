/** What gdb debugs: threads with registers and memory, which run, stop where they are told to, and may go back. */

export type PointKind = 'break' | 'write' | 'read' | 'access';

/** Where it is to stop. */
export interface Point {
  readonly kind: PointKind;
  readonly address: bigint;
  readonly length: number;
}

/** Why it stands: at a thread, at an access that is watched, or where the way back ends; or software has ended the run with a status. */
export type Stop =
  | { readonly thread: number; readonly met?: Point | undefined; readonly isBegin?: true }
  | { readonly exited: number };

type Maybe<T> = T | Promise<T>;

export interface Target {
  /** The past is remembered. */
  readonly goesBack: boolean;
  /** Of its registers, as gdb wants it. */
  readonly description: string;
  /** What each of its threads is. */
  threads(): readonly string[];
  /** x0 to x31 and pc, or one by its number: hexadecimal digits of its bytes; nothing where there is none. */
  registers(thread: number): Maybe<string>;
  register(thread: number, number: number): Maybe<string | undefined>;
  /** False where that cannot be set. */
  setRegisters(thread: number, digits: string): Maybe<boolean>;
  setRegister(thread: number, number: number, digits: string): Maybe<boolean>;
  /** Memory as a thread sees it; nothing where not all of it can be read. */
  read(thread: number, address: bigint, length: number): Maybe<string | undefined>;
  write(thread: number, address: bigint, bytes: Uint8Array): Maybe<boolean>;
  /** Where it is to stop from now on; false where it cannot stop at so many. */
  setPoints(points: readonly Point[]): Maybe<boolean>;
  step(thread: number): Maybe<Stop>;
  stepBack(thread: number): Maybe<Stop>;
  /** Before the first {@link run} of those that follow a request to go on. */
  begin(): void;
  /** Runs for a while, of virtual time; where it has stopped. */
  run(forNs: number): Maybe<Stop | undefined>;
  /** Looks for a while for where it would have stopped last; where that is found, it stands there. */
  runBack(thread: number): Maybe<Stop | undefined>;
  /** It is to stand where it is, also where it was looked back from. */
  interrupt(): void;
  /** Nobody debugs any more. */
  end(): Maybe<void>;
}
