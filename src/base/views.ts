/**
 * The layout of the views that hosts and page share, as data: one buffer per host. The host writes through
 * `ViewWriter`, the page reads through `ViewReader`; both work on shared and on unshared memory alike.
 *
 *   header     u32[16]   sequence lock, magic, sizes, generation; f64[8] times and ratio
 *   VMs        f64       per slot: each metric as it is now
 *   rings      f32       per slot, per resolution: samples of the metrics, indexed by sample number modulo length
 *   owners     u8        per frame
 *   states     u8        per frame
 */
import type { Metric } from './catalogue/metrics.ts';

/**
 * Samples of one VM: `fine` is what the host keeps, and reaches back a minute and a half; `coarse` is made of it for
 * the page, and reaches back an hour.
 */
export const RESOLUTIONS = {
  fine: { periodNs: 100_000_000, samples: 960 },
  coarse: { periodNs: 1_000_000_000, samples: 3600 },
} as const;
export type Resolution = keyof typeof RESOLUTIONS;

/** Who owns a frame: a byte of the allocator's list and of the views. VMs are 16 + slot. */
export const OWNER_FREE = 0;
export const OWNER_HYPERVISOR = 1;
export const OWNER_FIRST_VM = 16;
/** The same as a word. A number is a VM's slot. */
export type FrameOwner = 'free' | 'hypervisor' | number;

/** The owner byte as a word. */
export function frameOwnerOf(byte: number): FrameOwner {
  if (byte >= OWNER_FIRST_VM) return byte - OWNER_FIRST_VM;
  return byte === OWNER_HYPERVISOR ? 'hypervisor' : 'free';
}

/** The owner's byte. */
export function frameOwnerByte(owner: FrameOwner): number {
  if (typeof owner === 'number') return OWNER_FIRST_VM + owner;
  return owner === 'hypervisor' ? OWNER_HYPERVISOR : OWNER_FREE;
}

/** Fields of the header behind the lock, all f64. */
export const TIME_FIELDS = [
  'virtualNs',
  'instructions',
  'fineSamples',
  'coarseSamples',
  'freeFrames',
] as const;
export type TimeField = (typeof TIME_FIELDS)[number];

/** Sizes of a host's view, and with them every offset. */
export interface ViewLayout {
  /** What the host measures of a VM: a column each. */
  readonly metrics: readonly Metric[];
  readonly slots: number;
  readonly frames: number;
  readonly times: number;
  readonly vmRows: number;
  /** End of what the sequence lock covers. */
  readonly lockedEnd: number;
  readonly rings: number;
  readonly ringBytes: number;
  readonly owners: number;
  readonly states: number;
  readonly bytes: number;
}

const HEADER_BYTES = 64;
const SEQUENCE = 0;
/** Counts up when anything in `owners` or `states` changes, so that a page draws only then. */
const FRAMES_GENERATION = 1;

function up8(value: number): number {
  return Math.ceil(value / 8) * 8;
}

/** Computes all offsets of a view. */
export function layoutView(metrics: readonly Metric[], slots: number, frames: number): ViewLayout {
  const times = HEADER_BYTES;
  const vmRows = times + TIME_FIELDS.length * 8;
  const lockedEnd = vmRows + slots * metrics.length * 8;
  const ringBytes = (RESOLUTIONS.fine.samples + RESOLUTIONS.coarse.samples) * metrics.length * 4;
  const rings = lockedEnd;
  const owners = rings + slots * ringBytes;
  const states = up8(owners + frames);
  return {
    metrics,
    slots,
    frames,
    times,
    vmRows,
    lockedEnd,
    rings,
    ringBytes,
    owners,
    states,
    bytes: up8(states + frames),
  };
}

/** Offset in bytes of a sample's first value inside the buffer. */
function sampleOffset(layout: ViewLayout, slot: number, resolution: Resolution, sample: number): number {
  const ring = RESOLUTIONS[resolution];
  const base = layout.rings + slot * layout.ringBytes;
  const bytes = layout.metrics.length * 4;
  const start = resolution === 'fine' ? base : base + RESOLUTIONS.fine.samples * bytes;
  return start + (sample % ring.samples) * bytes;
}

/** New content for a part of a view that is not shared. */
export interface ViewPatch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** The host's side: fills a view. Calls between `begin` and `end` become visible together. */
export class ViewWriter {
  readonly layout: ViewLayout;
  readonly buffer: SharedArrayBuffer | ArrayBuffer;
  readonly owners: Uint8Array;
  readonly states: Uint8Array;
  readonly #control: Int32Array;
  readonly #times: Float64Array;
  readonly #vms: Float64Array;
  readonly #rings: Float32Array;

  constructor(layout: ViewLayout, shared: boolean) {
    this.layout = layout;
    const buffer = shared ? new SharedArrayBuffer(layout.bytes) : new ArrayBuffer(layout.bytes);
    this.buffer = buffer;
    this.#control = new Int32Array(buffer, 0, HEADER_BYTES / 4);
    this.#times = new Float64Array(buffer, layout.times, TIME_FIELDS.length);
    this.#vms = new Float64Array(buffer, layout.vmRows, layout.slots * layout.metrics.length);
    this.#rings = new Float32Array(buffer, layout.rings, (layout.slots * layout.ringBytes) / 4);
    this.owners = new Uint8Array(buffer, layout.owners, layout.frames);
    this.states = new Uint8Array(buffer, layout.states, layout.frames);
  }

  /** Makes the sequence odd: readers wait or try again. */
  begin(): void {
    Atomics.add(this.#control, SEQUENCE, 1);
  }
  end(): void {
    Atomics.add(this.#control, SEQUENCE, 1);
  }
  time(field: TimeField, value: number): void {
    this.#times[TIME_FIELDS.indexOf(field)] = value;
  }
  /** What a VM's metrics are now, a value each. */
  now(slot: number, values: ArrayLike<number>): void {
    this.#vms.set(values, slot * this.layout.metrics.length);
  }
  /**
   * Stores sample number `sample` (the first is 0), a value per metric; publish it with
   * `time('fineSamples', sample + 1)`.
   */
  sample(slot: number, resolution: Resolution, sample: number, values: ArrayLike<number>): void {
    const offset = sampleOffset(this.layout, slot, resolution, sample) - this.layout.rings;
    this.#rings.set(values, offset / 4);
  }
  /** Forgets the samples of a slot: it has been given to another VM, of which nothing is known before. */
  clearSamples(slot: number): void {
    const { offset, bytes } = this.ringRange(slot);
    this.#rings.fill(Number.NaN, (offset - this.layout.rings) / 4, (offset + bytes - this.layout.rings) / 4);
  }
  /** Tells that frame bytes have changed. */
  framesChanged(): void {
    Atomics.add(this.#control, FRAMES_GENERATION, 1);
  }
  /** A copy of a range, for a patch. */
  copy(offset: number, bytes: number): Uint8Array {
    return new Uint8Array(this.buffer, offset, bytes).slice();
  }
  /** The range that holds all samples of a slot. */
  ringRange(slot: number): { offset: number; bytes: number } {
    const { rings, ringBytes } = this.layout;
    return { offset: rings + slot * ringBytes, bytes: ringBytes };
  }
  /** The range that holds one sample of a slot, for a patch; that of the next one follows, up to the end of the ring. */
  sampleRange(slot: number, resolution: Resolution, sample: number): { offset: number; bytes: number } {
    return {
      offset: sampleOffset(this.layout, slot, resolution, sample),
      bytes: this.layout.metrics.length * 4,
    };
  }
}

/** Points of a chart: `atNs[i]` is the end of the period of `values[i]`, which is not a number where nothing is known. */
export interface Series {
  readonly atNs: readonly number[];
  readonly values: readonly number[];
}

/** The page's side. `read()` takes one consistent copy; the getters then speak of that copy. */
export class ViewReader {
  readonly layout: ViewLayout;
  readonly shared: boolean;
  readonly owners: Uint8Array;
  readonly states: Uint8Array;
  readonly #control: Int32Array;
  readonly #source: Uint8Array;
  readonly #rings: Float32Array;
  readonly #attempt: Uint8Array;
  readonly #copy: Uint8Array;
  readonly #times: Float64Array;
  readonly #vms: Float64Array;

  constructor(layout: ViewLayout, buffer: SharedArrayBuffer | ArrayBuffer) {
    if (buffer.byteLength < layout.bytes) throw new Error('the view is shorter than its layout');
    this.layout = layout;
    this.shared = !(buffer instanceof ArrayBuffer);
    this.#control = new Int32Array(buffer, 0, HEADER_BYTES / 4);
    this.#source = new Uint8Array(buffer, 0, layout.bytes);
    this.#rings = new Float32Array(buffer, layout.rings, (layout.slots * layout.ringBytes) / 4);
    this.owners = new Uint8Array(buffer, layout.owners, layout.frames);
    this.states = new Uint8Array(buffer, layout.states, layout.frames);
    const copy = new ArrayBuffer(layout.lockedEnd);
    this.#attempt = new Uint8Array(layout.lockedEnd);
    this.#copy = new Uint8Array(copy);
    this.#times = new Float64Array(copy, layout.times, TIME_FIELDS.length);
    this.#vms = new Float64Array(copy, layout.vmRows, layout.slots * layout.metrics.length);
    this.read();
  }

  /** Takes a consistent copy; false when the writer was always in the middle (the last copy stays). */
  read(): boolean {
    for (let attempt = 0; attempt < 16; attempt++) {
      const before = Atomics.load(this.#control, SEQUENCE);
      if ((before & 1) !== 0) continue;
      this.#attempt.set(this.#source.subarray(0, this.layout.lockedEnd));
      if (Atomics.load(this.#control, SEQUENCE) !== before) continue;
      this.#copy.set(this.#attempt);
      return true;
    }
    return false;
  }

  /** Writes a patch of an unshared view; one that does not fit is ignored. */
  patch(offset: number, bytes: Uint8Array): void {
    if (offset < 0 || offset + bytes.length > this.#source.length) return;
    this.#source.set(bytes, offset);
  }

  /** Changes when frame bytes have changed. */
  framesGeneration(): number {
    return Atomics.load(this.#control, FRAMES_GENERATION);
  }
  time(field: TimeField): number {
    return this.#times[TIME_FIELDS.indexOf(field)] ?? 0;
  }
  /** A metric as it is now. */
  now(slot: number, metric: string): number {
    const column = this.#column(metric);
    return column < 0 ? 0 : (this.#vms[slot * this.layout.metrics.length + column] ?? 0);
  }

  /** The newest sample of a metric, or undefined before the first. */
  latest(slot: number, metric: string): number | undefined {
    const samples = this.time('fineSamples');
    const value = samples === 0 ? Number.NaN : this.#value(slot, 'fine', samples - 1, this.#column(metric));
    return Number.isNaN(value) ? undefined : value;
  }

  /**
   * A metric between two virtual times in at most `limit` points: neighbours are averaged (the peak of a spike is
   * lower, its area true). Not a number where no sample is known. The finest ring that reaches back far enough answers.
   */
  series(slot: number, metric: string, fromNs: number, toNs: number, limit: number): Series {
    const fine = this.#range('fine', fromNs, toNs);
    const coarse = this.#range('coarse', fromNs, toNs);
    const fineReaches =
      fine.first * RESOLUTIONS.fine.periodNs <= Math.max(fromNs, 0) + RESOLUTIONS.fine.periodNs;
    const resolution: Resolution = fineReaches || coarse.end - coarse.first < 2 ? 'fine' : 'coarse';
    const { first, end } = resolution === 'fine' ? fine : coarse;
    const { periodNs } = RESOLUTIONS[resolution];
    const column = this.#column(metric);
    const group = Math.max(1, Math.ceil((end - first) / limit));
    const atNs: number[] = [];
    const values: number[] = [];
    // Groups start at multiples of their size, so that points stand still while the window moves.
    for (let start = Math.ceil(first / group) * group; start + group <= end; start += group) {
      let sum = 0;
      let known = 0;
      for (let sample = start; sample < start + group; sample++) {
        const value = this.#value(slot, resolution, sample, column);
        if (Number.isNaN(value)) continue;
        sum += value;
        known++;
      }
      atNs.push((start + group) * periodNs);
      values.push(known === 0 ? Number.NaN : sum / known);
    }
    return { atNs, values };
  }

  /** -1 for one that the host does not measure. */
  #column(metric: string): number {
    return this.layout.metrics.findIndex(({ id }) => id === metric);
  }

  #range(resolution: Resolution, fromNs: number, toNs: number): { first: number; end: number } {
    const { periodNs, samples } = RESOLUTIONS[resolution];
    const written = this.time(resolution === 'fine' ? 'fineSamples' : 'coarseSamples');
    // One room is left out: the writer may be filling it for the next sample.
    const oldest = Math.max(0, written - samples + 1);
    const first = Math.max(oldest, Math.floor(fromNs / periodNs));
    const end = Math.min(written, Math.ceil(toNs / periodNs));
    return { first, end: Math.max(first, end) };
  }

  #value(slot: number, resolution: Resolution, sample: number, column: number): number {
    const offset = sampleOffset(this.layout, slot, resolution, sample) - this.layout.rings;
    return column < 0 ? Number.NaN : (this.#rings[offset / 4 + column] ?? Number.NaN);
  }
}
