/**
 * Records the reference string of a VM: rounds in which the A bits of its G-stage table are read and cleared while the VM runs, each of
 * which names the pages that were accessed since the one before. Within a round they stand in the order of their addresses, since a
 * bit does not tell when it was set. A string is bounded: when it is full, the recording ends and says so.
 */
import { Later, type LaterPart } from '#base/later';
import { SnapshotFormatError } from '#base/state/bytes';
import type { VirtualNs } from '#base/virtual-time';
import type { Duty } from '../../cpu/duties.ts';
import { FOR_RECORDER } from '../accessed-pages.ts';
import type { AddressSpace } from '../address-space.ts';
import type { Recording } from './recording.ts';
import type { RecordingsState } from './recording-state.ts';

const CODE = new Later(() => import('./recording.ts'));

export const RECORDING: LaterPart<typeof import('./recording.ts')> = {
  code: CODE,
  words: ['vm.setRecording'],
};

/** The recordings of a host's VMs, by slot: one duty for all of them. */
export class ReferenceRecorder implements Duty {
  readonly id = 'recording';
  readonly #spaceOf: (slot: number) => AddressSpace | undefined;
  readonly #recordings = new Map<number, Recording>();

  constructor(spaceOf: (slot: number) => AddressSpace | undefined) {
    this.#spaceOf = spaceOf;
  }

  /** The shortest of those that go on. */
  get periodNs(): VirtualNs | undefined {
    let shortest: VirtualNs | undefined;
    for (const { isOn, periodNs } of this.#recordings.values())
      if (isOn) shortest = Math.min(shortest ?? periodNs, periodNs);
    return shortest;
  }

  /** The recording of the VM in a slot, also when it has ended. */
  of(slot: number): Recording | undefined {
    const recording = this.#recordings.get(slot);
    // Another VM may have come into its slot.
    return recording !== undefined && recording.space === this.#spaceOf(slot) ? recording : undefined;
  }

  /** Begins a recording of the VM in a slot, and forgets the one before. */
  begin(slot: number, now: VirtualNs, periodNs: VirtualNs): void {
    const space = this.#spaceOf(slot);
    if (space === undefined) return;
    this.of(slot)?.end();
    const recording = new RECORDING.code.here.Recording(space, now, periodNs);
    recording.begin();
    this.#recordings.set(slot, recording);
  }
  /** Ends it; what was recorded stays. */
  end(slot: number): void {
    const recording = this.of(slot);
    if (recording?.isOn) recording.end();
  }

  run(now: VirtualNs): VirtualNs {
    let ns = 0;
    for (const slot of [...this.#recordings.keys()].sort((a, b) => a - b)) {
      const recording = this.of(slot);
      if (recording === undefined) this.#recordings.delete(slot);
      else ns += recording.harvest(now);
    }
    return ns;
  }

  capture(): RecordingsState {
    const slots = [...this.#recordings.keys()].sort((a, b) => a - b);
    return { recordings: slots.flatMap((slot) => this.of(slot)?.capture(slot) ?? []) };
  }
  /** Of a host whose VMs have been restored. */
  restore({ recordings }: RecordingsState): void {
    for (const { space } of this.#recordings.values()) space.accessed.want(FOR_RECORDER, false);
    this.#recordings.clear();
    for (const state of recordings) {
      const space = this.#spaceOf(state.slot);
      if (space === undefined) throw new SnapshotFormatError('a recording of no VM');
      const recording = new RECORDING.code.here.Recording(space, state.fromNs, state.periodNs);
      recording.restore(state);
      this.#recordings.set(state.slot, recording);
    }
  }
}
