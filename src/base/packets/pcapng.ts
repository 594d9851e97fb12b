/**
 * Capture files: pcapng written and read (draft-ietf-opsawg-pcapng), older pcap read. Files are hostile: each length is checked before
 * it is used, and what is read has limits.
 *
 *   section header · one interface description for each port · one enhanced packet block for each packet
 */
import { fail, ok, type Result } from '../result.ts';
import type { VirtualNs } from '../virtual-time.ts';

/** What the frames of a file were seen at. */
export interface CapturedPort {
  readonly name: string;
}
export interface CapturedFrame {
  /** Index of its port. */
  readonly port: number;
  readonly at: VirtualNs;
  readonly bytes: Uint8Array;
  /** As it was on the wire: at least what is kept. */
  readonly length: number;
  /** Seen from the port: from its endpoint, or to it. */
  readonly direction?: 'in' | 'out';
  readonly comment?: string;
}
export interface CaptureFile {
  readonly ports: readonly CapturedPort[];
  readonly frames: readonly CapturedFrame[];
}

/** Of a file that is read. */
export const CAPTURE_LIMITS = {
  frames: 200_000,
  ports: 4096,
  frameBytes: 262_144,
  blocks: 1_000_000,
} as const;

const SECTION = 0x0a0d_0d0a;
const BYTE_ORDER = 0x1a2b_3c4d;
const INTERFACE = 1;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const ETHERNET = 1;
/** Options, by their codes. */
const END = 0;
const COMMENT = 1;
const IF_NAME = 2;
const IF_TIME_RESOLUTION = 9;
const PACKET_FLAGS = 2;
const INBOUND = 1;
const OUTBOUND = 2;

const padded = (length: number): number => (length + 3) & ~3;

class Writer {
  #bytes = new Uint8Array(65_536);
  #length = 0;

  #room(length: number): number {
    const at = this.#length;
    this.#length += length;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return at;
  }
  u16(value: number): this {
    const at = this.#room(2);
    new DataView(this.#bytes.buffer).setUint16(at, value, true);
    return this;
  }
  u32(value: number): this {
    const at = this.#room(4);
    new DataView(this.#bytes.buffer).setUint32(at, value, true);
    return this;
  }
  bytes(bytes: Uint8Array): this {
    const at = this.#room(padded(bytes.length));
    this.#bytes.set(bytes, at);
    return this;
  }
  option(code: number, value: Uint8Array): this {
    return this.u16(code).u16(value.length).bytes(value);
  }
  /** A block: its length stands before and behind what it has. */
  block(type: number, body: Writer): this {
    const length = 12 + body.#length;
    return this.u32(type).u32(length).bytes(body.done()).u32(length);
  }
  done(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A file of one section, times in nanoseconds. */
export function writePcapng({ ports, frames }: CaptureFile): Uint8Array {
  const file = new Writer();
  file.block(SECTION, new Writer().u32(BYTE_ORDER).u16(1).u16(0).u32(0xffff_ffff).u32(0xffff_ffff));
  for (const { name } of ports)
    file.block(
      INTERFACE,
      new Writer()
        .u16(ETHERNET)
        .u16(0)
        .u32(0)
        .option(IF_NAME, utf8(name).subarray(0, 256))
        .option(IF_TIME_RESOLUTION, Uint8Array.of(9))
        .option(END, new Uint8Array(0)),
    );
  for (const { port, at, bytes, length, direction, comment } of frames) {
    const body = new Writer()
      .u32(port)
      .u32(Math.floor(at / 2 ** 32))
      .u32(at % 2 ** 32)
      .u32(bytes.length)
      .u32(length)
      .bytes(bytes);
    if (direction !== undefined)
      body.option(PACKET_FLAGS, Uint8Array.of(direction === 'in' ? INBOUND : OUTBOUND, 0, 0, 0));
    if (comment !== undefined) body.option(COMMENT, utf8(comment).subarray(0, 1024));
    file.block(ENHANCED_PACKET, body.option(END, new Uint8Array(0)));
  }
  return file.done();
}

interface ReadPort extends CapturedPort {
  /** Ticks of its clock in a second. */
  readonly ticks: number;
}

export function readCapture(bytes: Uint8Array): Result<CaptureFile> {
  if (bytes.length < 24) return fail('capture.notOne');
  const first = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, false);
  if (first === SECTION) return new PcapngReader(bytes).read();
  const order = (
    { [0xa1b2_c3d4]: false, [0xd4c3_b2a1]: true, [0xa1b2_3c4d]: false, [0x4d3c_b2a1]: true } as const
  )[first as 0xa1b2_c3d4];
  if (order === undefined) return fail('capture.notOne');
  return readPcap(bytes, order, first === 0xa1b2_3c4d || first === 0x4d3c_b2a1 ? 1 : 1000);
}

/** @param unitNs what the fractions of seconds count */
function readPcap(bytes: Uint8Array, isLittle: boolean, unitNs: number): Result<CaptureFile> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const link = view.getUint32(20, isLittle) & 0xffff;
  if (link !== ETHERNET) return fail('capture.otherLink', { found: link });
  const frames: CapturedFrame[] = [];
  for (let at = 24; at < bytes.length; ) {
    if (frames.length >= CAPTURE_LIMITS.frames)
      return fail('capture.tooMany', { limit: CAPTURE_LIMITS.frames });
    if (at + 16 > bytes.length) return fail('capture.damaged', { at });
    const [seconds, fraction, kept, length] = [0, 4, 8, 12].map((each) =>
      view.getUint32(at + each, isLittle),
    );
    if (kept! > CAPTURE_LIMITS.frameBytes || at + 16 + kept! > bytes.length)
      return fail('capture.damaged', { at });
    frames.push({
      ...{ port: 0, at: seconds! * 1e9 + fraction! * unitNs, length: Math.max(kept!, length!) },
      bytes: bytes.subarray(at + 16, at + 16 + kept!),
    });
    at += 16 + kept!;
  }
  return ok({ ports: [{ name: 'pcap' }], frames });
}

class PcapngReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #isLittle = true;
  /** Of all sections; those of the present one begin at `#first`. */
  readonly #ports: ReadPort[] = [];
  readonly #frames: CapturedFrame[] = [];
  #first = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #u16(at: number): number {
    return this.#view.getUint16(at, this.#isLittle);
  }
  #u32(at: number): number {
    return this.#view.getUint32(at, this.#isLittle);
  }

  read(): Result<CaptureFile> {
    let at = 0;
    for (let blocks = 0; at < this.#bytes.length; blocks++) {
      if (blocks >= CAPTURE_LIMITS.blocks) return fail('capture.tooMany', { limit: CAPTURE_LIMITS.blocks });
      if (at + 12 > this.#bytes.length) return fail('capture.damaged', { at });
      const isSection = this.#view.getUint32(at, false) === SECTION;
      if (isSection) {
        const order = this.#view.getUint32(at + 8, true);
        this.#isLittle = order === BYTE_ORDER;
        if (!this.#isLittle && this.#view.getUint32(at + 8, false) !== BYTE_ORDER)
          return fail('capture.damaged', { at });
        this.#first = this.#ports.length;
      }
      const length = this.#u32(at + 4);
      if (length < 12 || length % 4 !== 0 || at + length > this.#bytes.length)
        return fail('capture.damaged', { at });
      const done = isSection ? ok(null) : this.#block(this.#u32(at), at, at + 8, at + length - 4);
      if (!done.ok) return done;
      at += length;
    }
    return ok({ ports: this.#ports.map(({ name }) => ({ name })), frames: this.#frames });
  }

  /** @param at of the block; what it has lies from `from` up to `end` */
  #block(type: number, at: number, from: number, end: number): Result<null> {
    if (type === INTERFACE) return this.#interface(at, from, end);
    if (type !== ENHANCED_PACKET && type !== SIMPLE_PACKET) return ok(null);
    if (this.#frames.length >= CAPTURE_LIMITS.frames)
      return fail('capture.tooMany', { limit: CAPTURE_LIMITS.frames });
    return type === ENHANCED_PACKET ? this.#enhanced(at, from, end) : this.#simple(at, from, end);
  }

  #interface(at: number, from: number, end: number): Result<null> {
    if (from + 8 > end) return fail('capture.damaged', { at });
    if (this.#ports.length >= CAPTURE_LIMITS.ports)
      return fail('capture.tooMany', { limit: CAPTURE_LIMITS.ports });
    const link = this.#u16(from);
    if (link !== ETHERNET) return fail('capture.otherLink', { found: link });
    let name = `port ${this.#ports.length}`;
    let ticks = 1e6;
    this.#options(from + 8, end, (code, value) => {
      if (code === IF_NAME)
        name = new TextDecoder().decode(value.subarray(0, 256)).replace(/\p{Cc}/gu, '\ufffd');
      if (code === IF_TIME_RESOLUTION && value.length > 0) {
        const exponent = value[0]! & 0x7f;
        const base = value[0]! < 0x80 ? 10 : 2;
        ticks = base ** Math.min(exponent, base === 2 ? 62 : 18);
      }
    });
    this.#ports.push({ name, ticks });
    return ok(null);
  }

  #enhanced(at: number, from: number, end: number): Result<null> {
    if (from + 20 > end) return fail('capture.damaged', { at });
    const [index, high, low, kept, length] = [0, 4, 8, 12, 16].map((each) => this.#u32(from + each));
    const port = this.#ports[this.#first + index!];
    if (port === undefined || kept! > CAPTURE_LIMITS.frameBytes || from + 20 + kept! > end)
      return fail('capture.damaged', { at });
    let direction: CapturedFrame['direction'];
    let comment: string | undefined;
    this.#options(from + 20 + padded(kept!), end, (code, value) => {
      if (code === PACKET_FLAGS && value.length === 4) {
        const way = value[this.#isLittle ? 0 : 3]! & 3;
        direction = way === INBOUND ? 'in' : way === OUTBOUND ? 'out' : undefined;
      }
      if (code === COMMENT)
        comment ??= new TextDecoder().decode(value.subarray(0, 1024)).replace(/\p{Cc}/gu, ' ');
    });
    // Clocks finer than a nanosecond, and times beyond what a number holds, lose what is fine in them.
    const time = Math.round(((high! * 2 ** 32 + low!) / port.ticks) * 1e9);
    const exact = port.ticks === 1e9 ? high! * 2 ** 32 + low! : time;
    this.#frames.push({
      ...{ port: this.#first + index!, at: exact, length: Math.max(kept!, length!) },
      bytes: this.#bytes.subarray(from + 20, from + 20 + kept!),
      ...(direction === undefined ? {} : { direction }),
      ...(comment === undefined ? {} : { comment }),
    });
    return ok(null);
  }

  /** A packet without a time, of the first interface. */
  #simple(at: number, from: number, end: number): Result<null> {
    const length = from + 4 > end ? -1 : this.#u32(from);
    const kept = Math.min(length, end - from - 4);
    if (length < 0 || kept > CAPTURE_LIMITS.frameBytes || this.#ports[this.#first] === undefined)
      return fail('capture.damaged', { at });
    this.#frames.push({
      ...{ port: this.#first, at: this.#frames.at(-1)?.at ?? 0, length },
      bytes: this.#bytes.subarray(from + 4, from + 4 + kept),
    });
    return ok(null);
  }

  /** Options end with one of code 0, or with their block; one that does not fit ends them, too. */
  #options(from: number, end: number, take: (code: number, value: Uint8Array) => void): void {
    for (let at = from; at + 4 <= end; ) {
      const [code, length] = [this.#u16(at), this.#u16(at + 2)];
      if (code === END || at + 4 + length > end) return;
      take(code, this.#bytes.subarray(at + 4, at + 4 + length));
      at += 4 + padded(length);
    }
  }
}
