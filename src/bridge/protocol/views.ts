/**
 * The layout of the views that worker and page share, as data: one buffer per host. The worker writes through
 * `ViewWriter`, the page reads through `ViewReader`; both work on shared and on unshared memory alike.
 *
 *   header     u32[16]   sequence lock, magic, sizes, generation; f64[8] times and ratio
 *   harts      f64[4]    per hart: busy ns, idle ns, hypervisor ns, what runs (slot * 16 + vcpu, or -1, -2)
 *   VMs        f64[16]   per slot: state, frames, counters since start (see VM_FIELDS)
 *   vCPUs      u8[8]     per slot: state of each vCPU
 *   rings      f32       per slot, per resolution: samples of METRICS, indexed by sample number modulo length
 *   owners     u8        per frame
 *   states     u8        per frame
 */
import { LIMITS } from '#base/catalogue/limits';
import { SEEN_VCPU_STATES, type SeenVcpuState } from '#base/catalogue/vcpu-states';

/** Rooms of one VM's sample ring: `fine` reaches back a minute and a half, `coarse` an hour. */
export const RESOLUTIONS = {
  fine: { periodNs: 100_000_000, samples: 960 },
  coarse: { periodNs: 1_000_000_000, samples: 3600 },
} as const;
export type Resolution = keyof typeof RESOLUTIONS;

/**
 * What is sampled per VM. `level`: the value at the sample's end; `rate`: per second of virtual time over the period.
 * `source` tells a person where the number comes from.
 */
export const METRICS = [
  { id: 'cpu', kind: 'rate', unit: 'vcpu', source: 'run time of its vCPUs on harts (scheduler account)' },
  { id: 'steal', kind: 'rate', unit: 'vcpu', source: 'time its vCPUs were ready but waited for a hart' },
  { id: 'memory', kind: 'level', unit: 'bytes', source: 'frames owned by the VM (frame allocator)' },
  { id: 'tables', kind: 'level', unit: 'bytes', source: 'frames of its G-stage page tables' },
  { id: 'exits', kind: 'rate', unit: 'per-second', source: 'exit counters of its vCPUs' },
  { id: 'exit-cost', kind: 'rate', unit: 'vcpu', source: 'virtual time charged for its exits' },
  { id: 'disk-read', kind: 'rate', unit: 'bytes-per-second', source: 'virtio-blk: bytes read' },
  { id: 'disk-write', kind: 'rate', unit: 'bytes-per-second', source: 'virtio-blk: bytes written' },
  { id: 'net-rx', kind: 'rate', unit: 'bytes-per-second', source: 'virtio-net: bytes received' },
  { id: 'net-tx', kind: 'rate', unit: 'bytes-per-second', source: 'virtio-net: bytes sent' },
] as const;
export type MetricId = (typeof METRICS)[number]['id'];
export const METRIC_IDS: readonly MetricId[] = METRICS.map((metric) => metric.id);

/** Who owns a frame: a byte in the views. VMs are 16 + slot. */
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

/** Fields of a VM's row, all f64, counters since its start. */
export const VM_FIELDS = [
  'state',
  'vcpus',
  'residentBytes',
  'tableBytes',
  'runNs',
  'stealNs',
  'exits',
  'exitCostNs',
  'diskReadBytes',
  'diskWriteBytes',
  'netRxBytes',
  'netTxBytes',
  'netRxFrames',
  'netTxFrames',
  'consoleBytes',
  'startedAtNs',
] as const;
export type VmField = (typeof VM_FIELDS)[number];

/** Fields of a hart's row, all f64. `running` is slot * 16 + vcpu, -1 idle, -2 the hypervisor. */
export const HART_FIELDS = ['guestNs', 'idleNs', 'hypervisorNs', 'running'] as const;
export type HartField = (typeof HART_FIELDS)[number];

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
  readonly harts: number;
  readonly slots: number;
  readonly frames: number;
  readonly times: number;
  readonly hartRows: number;
  readonly vmRows: number;
  readonly vcpuStates: number;
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
export function layoutView(harts: number, slots: number, frames: number): ViewLayout {
  const times = HEADER_BYTES;
  const hartRows = times + TIME_FIELDS.length * 8;
  const vmRows = hartRows + harts * HART_FIELDS.length * 8;
  const vcpuStates = vmRows + slots * VM_FIELDS.length * 8;
  const lockedEnd = up8(vcpuStates + slots * LIMITS.vcpus);
  const ringBytes = (RESOLUTIONS.fine.samples + RESOLUTIONS.coarse.samples) * METRICS.length * 4;
  const rings = lockedEnd;
  const owners = rings + slots * ringBytes;
  const states = up8(owners + frames);
  return {
    harts,
    slots,
    frames,
    times,
    hartRows,
    vmRows,
    vcpuStates,
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
  const start = resolution === 'fine' ? base : base + RESOLUTIONS.fine.samples * METRICS.length * 4;
  return start + (sample % ring.samples) * METRICS.length * 4;
}

/** The worker's side: fills a view. Calls between `begin` and `end` become visible together. */
export class ViewWriter {
  readonly layout: ViewLayout;
  readonly buffer: SharedArrayBuffer | ArrayBuffer;
  readonly owners: Uint8Array;
  readonly states: Uint8Array;
  readonly #control: Int32Array;
  readonly #times: Float64Array;
  readonly #harts: Float64Array;
  readonly #vms: Float64Array;
  readonly #vcpus: Uint8Array;
  readonly #rings: Float32Array;

  constructor(layout: ViewLayout, shared: boolean) {
    this.layout = layout;
    const buffer = shared ? new SharedArrayBuffer(layout.bytes) : new ArrayBuffer(layout.bytes);
    this.buffer = buffer;
    this.#control = new Int32Array(buffer, 0, HEADER_BYTES / 4);
    this.#times = new Float64Array(buffer, layout.times, TIME_FIELDS.length);
    this.#harts = new Float64Array(buffer, layout.hartRows, layout.harts * HART_FIELDS.length);
    this.#vms = new Float64Array(buffer, layout.vmRows, layout.slots * VM_FIELDS.length);
    this.#vcpus = new Uint8Array(buffer, layout.vcpuStates, layout.slots * LIMITS.vcpus);
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
  hart(hart: number, field: HartField, value: number): void {
    this.#harts[hart * HART_FIELDS.length + HART_FIELDS.indexOf(field)] = value;
  }
  vm(slot: number, field: VmField, value: number): void {
    this.#vms[slot * VM_FIELDS.length + VM_FIELDS.indexOf(field)] = value;
  }
  vcpu(slot: number, vcpu: number, state: SeenVcpuState): void {
    this.#vcpus[slot * LIMITS.vcpus + vcpu] = SEEN_VCPU_STATES.indexOf(state);
  }
  /**
   * Stores sample number `sample` (the first is 0), a value per metric; publish it with
   * `time('fineSamples', sample + 1)`.
   */
  sample(slot: number, resolution: Resolution, sample: number, values: ArrayLike<number>): void {
    const offset = sampleOffset(this.layout, slot, resolution, sample) - this.layout.rings;
    this.#rings.set(values, offset / 4);
  }
  /** Forgets the samples of a slot: it has been given to another VM. */
  clearSamples(slot: number): void {
    const { offset, bytes } = this.ringRange(slot);
    this.#rings.fill(0, (offset - this.layout.rings) / 4, (offset + bytes - this.layout.rings) / 4);
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
    return { offset: sampleOffset(this.layout, slot, resolution, sample), bytes: METRICS.length * 4 };
  }
}

/** Points of a chart: `atNs[i]` is the end of the period of `values[i]`. */
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
  readonly #harts: Float64Array;
  readonly #vms: Float64Array;
  readonly #vcpus: Uint8Array;

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
    this.#harts = new Float64Array(copy, layout.hartRows, layout.harts * HART_FIELDS.length);
    this.#vms = new Float64Array(copy, layout.vmRows, layout.slots * VM_FIELDS.length);
    this.#vcpus = new Uint8Array(copy, layout.vcpuStates, layout.slots * LIMITS.vcpus);
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
  hart(hart: number, field: HartField): number {
    return this.#harts[hart * HART_FIELDS.length + HART_FIELDS.indexOf(field)] ?? 0;
  }
  vm(slot: number, field: VmField): number {
    return this.#vms[slot * VM_FIELDS.length + VM_FIELDS.indexOf(field)] ?? 0;
  }
  vcpu(slot: number, vcpu: number): SeenVcpuState {
    return SEEN_VCPU_STATES[this.#vcpus[slot * LIMITS.vcpus + vcpu] ?? 0] ?? 'absent';
  }

  /** The newest sample of a metric, or undefined before the first. */
  latest(slot: number, metric: MetricId): number | undefined {
    const samples = this.time('fineSamples');
    return samples === 0 ? undefined : this.#value(slot, 'fine', samples - 1, METRIC_IDS.indexOf(metric));
  }

  /**
   * A metric between two virtual times in at most `limit` points: neighbours are averaged (the peak of a spike is
   * lower, its area true). The finest ring that reaches back far enough answers.
   */
  series(slot: number, metric: MetricId, fromNs: number, toNs: number, limit: number): Series {
    const fine = this.#range('fine', fromNs, toNs);
    const coarse = this.#range('coarse', fromNs, toNs);
    const fineReaches =
      fine.first * RESOLUTIONS.fine.periodNs <= Math.max(fromNs, 0) + RESOLUTIONS.fine.periodNs;
    const resolution: Resolution = fineReaches || coarse.end - coarse.first < 2 ? 'fine' : 'coarse';
    const { first, end } = resolution === 'fine' ? fine : coarse;
    const { periodNs } = RESOLUTIONS[resolution];
    const column = METRIC_IDS.indexOf(metric);
    const group = Math.max(1, Math.ceil((end - first) / limit));
    const atNs: number[] = [];
    const values: number[] = [];
    // Groups start at multiples of their size, so that points stand still while the window moves.
    for (let start = Math.ceil(first / group) * group; start + group <= end; start += group) {
      let sum = 0;
      for (let sample = start; sample < start + group; sample++)
        sum += this.#value(slot, resolution, sample, column);
      atNs.push((start + group) * periodNs);
      values.push(sum / group);
    }
    return { atNs, values };
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
    return this.#rings[offset / 4 + column] ?? 0;
  }
}
