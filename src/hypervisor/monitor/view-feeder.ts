/**
 * Fills the view of one host that the page reads: times, harts, VMs, metric rings, and owner and state of every frame.
 * It only reads the host. Without shared memory the same writes leave as patches.
 */
import { LIMITS } from '#base/catalogue/limits';
import { layoutView, RESOLUTIONS, type Resolution, type ViewPatch, ViewWriter } from '#base/views';
import type { Host } from '../host.ts';
import type { Vm } from '../vm/vm.ts';
import { readingsOf, samplesTaken } from './readings.ts';

/** Frame bytes of an unshared view go out in blocks, so many in one batch. */
const BLOCK_FRAMES = 4096;
const BLOCKS_PER_BATCH = 4;
/** Fine samples that make one coarse sample. */
const PER_COARSE = RESOLUTIONS.coarse.periodNs / RESOLUTIONS.fine.periodNs;

export class ViewFeeder {
  readonly writer: ViewWriter;
  readonly #host: Host;
  readonly #shared: boolean;
  /** Samples that the view has. */
  readonly #stored: Record<Resolution, number> = { fine: 0, coarse: 0 };
  /** By slot: the VM whose samples it holds. */
  readonly #occupants: (Vm | undefined)[] = new Array<Vm | undefined>(LIMITS.vms).fill(undefined);
  readonly #values: Float64Array;
  #generation = -1;
  /** Blocks of frames that differ from what the page has (unshared only); the longest waiting first. */
  readonly #changedBlocks = new Set<number>();
  #patches: ViewPatch[] = [];

  constructor(host: Host, shared: boolean) {
    this.#host = host;
    this.#shared = shared;
    const metrics = host.metrics.map(({ measure: _, ...metric }) => metric);
    this.#values = new Float64Array(metrics.length);
    this.writer = new ViewWriter(layoutView(metrics, LIMITS.vms, host.frames.count), shared);
    this.feed();
    // The page is given the view as it is now.
    this.#patches = [];
    this.#changedBlocks.clear();
  }

  /** Brings the view up to date. */
  feed(): void {
    const { writer } = this;
    this.#feedOccupants();
    this.#feedSamples();
    this.#feedFrames();
    writer.begin();
    writer.time('virtualNs', this.#host.now);
    writer.time('instructions', this.#host.instructions);
    writer.time('fineSamples', this.#stored.fine);
    writer.time('coarseSamples', this.#stored.coarse);
    writer.time('freeFrames', this.#host.frames.free);
    for (const vm of this.#host.vms()) this.#feedVm(vm);
    writer.end();
  }

  /** A slot that is given to another VM begins without a past. */
  #feedOccupants(): void {
    const present = new Map(this.#host.vms().map((vm) => [vm.slot, vm]));
    for (const [slot, before] of this.#occupants.entries()) {
      const vm = present.get(slot);
      this.#occupants[slot] = vm;
      if (vm === undefined || vm === before) continue;
      this.writer.clearSamples(slot);
      const { offset, bytes } = this.writer.ringRange(slot);
      this.#patch(offset, bytes);
    }
  }

  /** Has the page of an unshared view get a range as it is now. */
  #patch(offset: number, bytes: number): void {
    if (this.#shared) return;
    this.#patches.push({ offset, bytes: this.writer.copy(offset, bytes) });
  }

  #feedVm(vm: Vm): void {
    for (const [column, { measure }] of this.#host.metrics.entries()) this.#values[column] = measure(vm);
    this.writer.now(vm.slot, this.#values);
  }

  /** Samples that the host has taken since the last time, as far as the rings reach back. */
  #feedSamples(): void {
    const taken = samplesTaken(this.#host.now);
    this.#store('fine', taken, 1, taken);
    this.#store('coarse', Math.floor(taken / PER_COARSE), PER_COARSE, taken);
  }

  #store(resolution: Resolution, count: number, span: number, taken: number): void {
    const ring = RESOLUTIONS[resolution].samples;
    const from = Math.max(this.#stored[resolution], count - ring + 1);
    this.#stored[resolution] = count;
    for (const vm of this.#host.vms()) {
      for (let n = from; n < count; n++) {
        readingsOf(vm, (n + 1) * span - 1, span, taken, this.#values);
        this.writer.sample(vm.slot, resolution, n, this.#values);
      }
      // As few patches as there are pieces of the ring.
      for (let n = from; n < count; ) {
        const piece = Math.min(count - n, ring - (n % ring));
        const { offset, bytes } = this.writer.sampleRange(vm.slot, resolution, n);
        this.#patch(offset, bytes * piece);
        n += piece;
      }
    }
  }

  /** Owners and states, when the allocator has changed something. */
  #feedFrames(): void {
    const { frames } = this.#host;
    if (frames.generation === this.#generation) return;
    this.#generation = frames.generation;
    const { owners, states } = this.writer;
    if (!this.#shared)
      for (let first = 0; first < frames.count; first += BLOCK_FRAMES)
        if (differ(owners, frames.owners, first) || differ(states, frames.states, first))
          this.#changedBlocks.add(first);
    owners.set(frames.owners);
    states.set(frames.states);
    this.writer.framesChanged();
  }

  /** What an unshared page must be sent to have what this view holds. */
  takePatches(): readonly ViewPatch[] {
    if (this.#shared) return [];
    const { layout } = this.writer;
    for (const first of [...this.#changedBlocks].slice(0, BLOCKS_PER_BATCH)) {
      this.#changedBlocks.delete(first);
      const count = Math.min(BLOCK_FRAMES, layout.frames - first);
      this.#patch(layout.owners + first, count);
      this.#patch(layout.states + first, count);
    }
    this.#patch(0, layout.lockedEnd);
    const patches = this.#patches;
    this.#patches = [];
    return patches;
  }
}

/** True when a block of frame bytes is not the same. */
function differ(before: Uint8Array, now: Uint8Array, first: number): boolean {
  const end = Math.min(first + BLOCK_FRAMES, now.length);
  for (let frame = first; frame < end; frame++) if (before[frame] !== now[frame]) return true;
  return false;
}
