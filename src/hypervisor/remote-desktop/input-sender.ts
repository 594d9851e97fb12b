/**
 * What a person does at a viewer, on its way to the server: numbered, in order, one frame under way at a time, and again after a while
 * when nobody says that it has come.
 */
import { SnapshotFormatError } from '#base/state/bytes';
import type { VirtualNs } from '#base/virtual-time';
import type { Gesture } from '#machine/devices/virtio/input/gestures';
import { type InputFrame, MOST_IN_FRAME, readGesture, type TakenFrame, writeGesture } from './input-wire.ts';
import { GESTURE_BYTES, MOST_WAITING, type SenderState } from './state.ts';

/** What it sends: who has the key adds it. */
export type SentInput = Pick<InputFrame, 'first' | 'givenAtNs' | 'gestures'>;

interface Waiting {
  readonly gesture: Gesture;
  readonly atNs: VirtualNs;
}

export class InputSender {
  readonly #now: () => VirtualNs;
  /** Sends a frame, and has it sent again if nobody answers. */
  readonly #send: (frame: SentInput) => void;
  #first = 1;
  #waiting: Waiting[] = [];
  #underWay = 0;
  #awaited: { readonly givenAtNs: VirtualNs; readonly takenAtNs: VirtualNs } | undefined;

  constructor(now: () => VirtualNs, send: (frame: SentInput) => void) {
    this.#now = now;
    this.#send = send;
  }

  /** Takes what fits; how many. */
  add(gestures: readonly Gesture[]): number {
    const taken = gestures.slice(0, MOST_WAITING - this.#waiting.length);
    this.#waiting.push(...taken.map((gesture) => ({ gesture, atNs: this.#now() })));
    if (this.#underWay === 0) this.again();
    return taken.length;
  }

  /** Sends the first that wait; nothing where none does. */
  again(): void {
    const some = this.#waiting.slice(0, MOST_IN_FRAME);
    this.#underWay = some.length;
    const [oldest] = some;
    if (oldest === undefined) return;
    this.#send({ first: this.#first, givenAtNs: oldest.atNs, gestures: some.map(({ gesture }) => gesture) });
  }

  /** The server has taken some, and the next may go: how many, with how long the first of them took; 0 where that is old news. */
  taken({ last, givenAtNs, takenAtNs }: Omit<TakenFrame, 'from'>): { count: number; delayNs: VirtualNs } {
    const count = (last - this.#first + 1) | 0;
    if (count <= 0 || count > this.#underWay) return { count: 0, delayNs: 0 };
    this.#first = (last + 1) >>> 0 || 1;
    this.#waiting.splice(0, count);
    this.#underWay = 0;
    this.#awaited ??= { givenAtNs, takenAtNs };
    return { count, delayNs: Math.max(0, takenAtNs - givenAtNs) };
  }

  /** A picture has come, of so late: from what was done to what is seen of it; nothing where that was seen before. */
  seen(takenAtNs: VirtualNs): VirtualNs | undefined {
    const awaited = this.#awaited;
    if (awaited === undefined || takenAtNs < awaited.takenAtNs) return undefined;
    this.#awaited = undefined;
    return Math.max(0, this.#now() - awaited.givenAtNs);
  }

  capture(): SenderState {
    const waiting = new Uint8Array(GESTURE_BYTES * this.#waiting.length);
    const view = new DataView(waiting.buffer);
    for (const [index, { gesture }] of this.#waiting.entries())
      writeGesture(view, GESTURE_BYTES * index, gesture);
    const now = this.#now();
    return {
      ...{ first: this.#first, waiting, underWay: this.#underWay },
      doneBefore: Float64Array.from(this.#waiting, ({ atNs }) => now - atNs),
      isAnswerAwaited: this.#awaited !== undefined,
      takenBefore: now - (this.#awaited?.takenAtNs ?? now),
      givenBefore: now - (this.#awaited?.givenAtNs ?? now),
    };
  }
  restore({
    first,
    waiting,
    doneBefore,
    underWay,
    isAnswerAwaited,
    takenBefore,
    givenBefore,
  }: SenderState): void {
    const view = new DataView(waiting.buffer, waiting.byteOffset, waiting.length);
    const now = this.#now();
    if (waiting.length !== GESTURE_BYTES * doneBefore.length || underWay > doneBefore.length)
      throw new SnapshotFormatError('gestures without times');
    this.#waiting = Array.from(doneBefore, (before, index) => {
      const gesture = readGesture(view, GESTURE_BYTES * index);
      if (gesture === undefined) throw new SnapshotFormatError('no gesture');
      return { gesture, atNs: now - before };
    });
    this.#first = first;
    this.#underWay = underWay;
    this.#awaited = isAnswerAwaited
      ? { givenAtNs: now - givenBefore, takenAtNs: now - takenBefore }
      : undefined;
  }
}
