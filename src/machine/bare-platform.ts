/**
 * A bare machine: firmware, kernels or test programs own the hart down to M-mode, on the memory map of QEMU's virt
 * machine. Devices and harts meet here; time passes in legs that end at the next event or quantum.
 */
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import type { VirtualNs } from '#base/virtual-time';
import { DEFAULT_QUANTUM_INSTRUCTIONS } from '#base/virtual-time';
import type { OptionalExtension } from '#isa/extensions';
import { physicalOf } from './bare-addresses.ts';
import { ANYBODY, MOST_BREAKPOINTS } from './breakpoints.ts';
import { Aclint } from './devices/aclint/device.ts';
import type { InterruptLine } from './devices/device.ts';
import type { DiskKeeper } from './devices/disk/layers/keeper.ts';
import type { Layer } from './devices/disk/layers/layer.ts';
import { LayeredDisk } from './devices/disk/layers/layered-disk.ts';
import { openOwnDrive } from './devices/disk/own-drive.ts';
import { type Finish, Finisher } from './devices/finisher/device.ts';
import { directPort } from './devices/iommu/dma-port.ts';
import { type BusState, MmioBus } from './devices/mmio-bus.ts';
import { OpenBus } from './devices/open-bus.ts';
import { PLATFORM, VIRTIO_SLOTS, virtioWindow } from './devices/platform.ts';
import { Plic } from './devices/plic/device.ts';
import { Rtc } from './devices/rtc/device.ts';
import { Uart } from './devices/uart/device.ts';
import { LSR, LSR_DATA_READY } from './devices/uart/registers.ts';
import { HardwareBlock } from './devices/virtio/block/hardware.ts';
import { HardwareNet } from './devices/virtio/net/hardware.ts';
import { QemuSlot, type TransportVersion } from './devices/virtio/qemu-slot.ts';
import type { EngineModule } from './engine-module.ts';
import { EXIT_BREAK, type Hart } from './hart.ts';
import { Machine, type MachineState } from './machine.ts';
import { type Access, accessOf, nextInstruction } from './next-access.ts';
import { type TakenTraps, type TrapTaker, takenTraps } from './taken-traps.ts';
import type { TranslationPolicy } from './translation-policy.ts';

// Who looks at such a machine from above knows no other file of this layer.
export { TRAP_TAKERS } from './layout.ts';
export { overlap } from './next-access.ts';
export type { TakenTraps, TrapTaker } from './taken-traps.ts';

/** Bits of `mip` that devices drive (privileged spec 3.1.9). */
const MSIP = 1 << 3;
const MTIP = 1 << 7;
const SEIP = 1 << 9;
const MEIP = 1 << 11;

const WORD = 0xffff_ffffn;
/** Of the clock that software reads. */
const NS_PER_TICK = 100;
/** Instructions, where nobody counts. */
const FAR: number = 2 ** 40;
/** A step waits for so many instructions' time. */
const MOST_STEP_TRIES = 100_000;

/**
 * Where QEMU's machine has buses and flash that here are empty: a kernel that was given that machine's device tree looks there, and is to
 * find nothing instead of an access fault.
 */
const EMPTY_BUSES = [
  { name: 'pci-ports', base: 0x0300_0000, size: 0x1_0000 },
  { name: 'fw-cfg', base: 0x1010_0000, size: 0x18 },
  { name: 'flash', base: 0x2000_0000, size: 0x400_0000 },
  { name: 'pci', base: 0x3000_0000, size: 0x1000_0000 },
] as const;

/** Disks that a machine can have. */
export const MOST_BARE_DISKS: number = VIRTIO_SLOTS;

/** What a disk holds at first, and who keeps what is written to it; nobody unless given. */
export interface BareDisk {
  readonly layer: Layer;
  readonly keeper?: DiskKeeper | undefined;
}

/** A virtio network card, with an address of six bytes. */
export interface BareCard {
  readonly mac: Uint8Array;
  /** Takes a frame that software sends; the bytes are valid only during the call. */
  readonly transmit: (frame: Uint8Array) => void;
}

export interface BareOptions {
  readonly ramBytes: number;
  readonly harts: number;
  /** Somebody else's machine, whose harts and memory are as these say; one of its own unless given. */
  readonly machine?: Machine;
  /** Optional extensions; the usual ones unless stated. */
  readonly extensions?: readonly OptionalExtension[];
  /** See the machine's configuration. */
  readonly translate?: TranslationPolicy;
  /** What its clock shows at the beginning; the usual date unless given. */
  readonly date?: string;
  /** virtio disks, in slots from the first on; at most {@link MOST_BARE_DISKS}. */
  readonly disks?: readonly BareDisk[];
  /** Network cards, in the slots behind the disks. */
  readonly cards?: readonly BareCard[];
  /** Of the registers of all slots; 2 unless given. */
  readonly virtio?: TransportVersion;
  /** Bytes that software writes to the serial port. */
  readonly output: (byte: number) => void;
}

/** A bare machine as it was at some time. */
export interface BareCheckpoint {
  readonly now: VirtualNs;
  readonly machine: MachineState;
  readonly bus: BusState;
  readonly ram: Uint8Array;
}

/** Where a run ends: when a hart has executed so many instructions, and is at an address (a trap comes between two). */
export interface BareStop {
  readonly hart: number;
  readonly instructions: number;
  readonly pc?: bigint;
}

/** What is asked of who looks on while a machine runs; how harts take turns does not depend on it. */
export interface Onlooker {
  /** Before each instruction of a hart from some time on, which makes it slow: true ends the run there. */
  readonly each?: { readonly fromNs: VirtualNs; readonly ends: (hart: Hart) => boolean };
  /** At a breakpoint: false goes on. */
  readonly reached?: (hart: Hart) => boolean;
}

/** A machine with the platform's devices on its bus. */
export class BarePlatform {
  readonly machine: Machine;
  readonly bus: MmioBus = new MmioBus();
  readonly uart: Uart;
  readonly plic: Plic;
  readonly disks: readonly LayeredDisk[];
  readonly cards: readonly HardwareNet[];
  readonly mostBreakpoints: number = MOST_BREAKPOINTS;
  /** What was printed before is printed again: nobody is to see it twice. */
  isRepeating = false;
  /** The hart at whose breakpoint the last {@link advance} has ended; the others are where they were then. */
  broken: number | undefined;
  /** Set when software wrote to the finisher. */
  finish: Finish | undefined;
  #now = 0;
  /** A hart runs, or what it has set in motion happens: its time is the machine's. */
  #isRunning = false;
  /** While devices give their state or get an earlier one: the time of that, whatever a hart has run to. */
  #restoredNs: VirtualNs | undefined;
  /** What devices take for the time. */
  readonly #clock = (): VirtualNs => this.#restoredNs ?? this.machine.currentNs();

  constructor(engine: EngineModule, options: BareOptions) {
    this.machine = options.machine ?? ownMachine(engine, options);
    const { harts, events } = this.machine;
    this.plic = new Plic({
      contexts: harts.length * 2,
      onChange: (context, pending) =>
        harts[context >> 1]?.setPending(context % 2 === 0 ? MEIP : SEIP, pending),
    });
    this.uart = new Uart({
      line: this.plic.line(PLATFORM.uart.irq),
      output: (byte) => this.isRepeating || options.output(byte),
    });
    const aclint = new Aclint({
      harts: harts.length,
      events,
      now: this.#clock,
      onTimer: (hart, pending) => harts[hart]?.setPending(MTIP, pending),
      onSoftware: (hart, pending) => harts[hart]?.setPending(MSIP, pending),
    });
    const finisher = new Finisher({
      onFinish: (finish) => {
        this.finish = finish;
      },
    });
    const rtc = new Rtc({
      ...{ channel: 'rtc', events, now: this.#clock },
      line: this.plic.line(PLATFORM.rtc.irq),
      ...(options.date === undefined ? {} : { date: options.date }),
    });
    this.disks = (options.disks ?? []).map(diskOn);
    this.cards = (options.cards ?? []).map(
      (card, index) =>
        new HardwareNet({
          ...{ ...card, channel: `virtio-${this.disks.length + index}`, events },
          ...{ now: () => this.currentNs, freeInNs: () => 0 },
        }),
    );
    const { bus } = this;
    for (let index = 0; index < VIRTIO_SLOTS; index++) {
      const { base, size, irq } = virtioWindow(index);
      bus.attach(this.#slot(index, this.plic.line(irq), options.virtio ?? 2), base, size);
    }
    bus.attach(finisher, PLATFORM.finisher.base, PLATFORM.finisher.size);
    bus.attach(rtc, PLATFORM.rtc.base, PLATFORM.rtc.size);
    bus.attach(aclint, PLATFORM.aclint.base, PLATFORM.aclint.size);
    bus.attach(this.plic, PLATFORM.plic.base, PLATFORM.plic.size);
    bus.attach(this.uart, PLATFORM.uart.base, PLATFORM.uart.size);
    for (const { name, base, size } of EMPTY_BUSES) bus.attach(new OpenBus(name), base, size);
    this.machine.attachBus(bus);
  }

  /** A slot, with the disk or the card in it where there is one. */
  #slot(index: number, line: InterruptLine, version: TransportVersion): QemuSlot {
    const { ram, events } = this.machine;
    const slot = new QemuSlot({ name: `virtio-${index}`, memory: directPort(ram), line, version });
    const disk = this.disks[index];
    const common = { channel: slot.name, events, now: this.#clock, openDrive: openOwnDrive, serial: '' };
    const card = this.cards[index - this.disks.length];
    if (card !== undefined) slot.plug(card);
    if (disk !== undefined) slot.plug(new HardwareBlock({ ...common, disk, takeMovingNs: () => 0 }));
    return slot;
  }

  /** Virtual time that all harts have reached. */
  get now(): VirtualNs {
    return this.#now;
  }

  /** Virtual time of whoever acts now: the hart that runs, or the machine between legs. */
  get currentNs(): VirtualNs {
    return this.#restoredNs ?? (this.#isRunning ? this.machine.currentNs() : this.#now);
  }

  /** Traps that one of the levels of its software has taken; see taken-traps.ts. */
  traps(taker: TrapTaker): TakenTraps[] {
    return takenTraps(this.machine, taker);
  }

  /** Types bytes into the serial port; how many it has taken. */
  input(bytes: Uint8Array): number {
    return this.uart.input(bytes);
  }
  /** Software has not read yet what was typed. */
  get hasInput(): boolean {
    return (this.uart.peek(LSR) & LSR_DATA_READY) !== 0;
  }

  /** Breakpoints at addresses of whatever software is on the harts; at most {@link mostBreakpoints}. */
  setBreakpoints(addresses: readonly bigint[]): void {
    const halves = (address: bigint) => ({ lo: Number(address & WORD), hi: Number((address >> 32n) & WORD) });
    this.machine.breakpoints.set(addresses.map((address) => ({ ...halves(address), vmid: ANYBODY })));
  }
  /** Harts go on also from a breakpoint that they are at. */
  passBreakpoints(): void {
    this.machine.breakpoints.pass();
  }
  /** A run that begins anew stops also at breakpoints that were passed in one before. */
  forgetPassed(): void {
    this.machine.breakpoints.forgetPassed();
  }
  /** Executes one instruction of a hart, or takes its trap; the others stand still. One that waits for long stays where it is. */
  step(hart: Hart): void {
    const { machine } = this;
    const { events, nsPerInstruction, breakpoints } = machine;
    const done = (): number => hart.instructions + machine.traps;
    const before = done();
    breakpoints.pass(hart);
    for (let tries = 0; tries < MOST_STEP_TRIES && done() === before && this.finish === undefined; tries++) {
      hart.run(hart.now + nsPerInstruction);
      events.runDue(hart.now);
    }
  }
  /** Where an address of the software on a hart lies in memory, by its tables; undefined where it has none. */
  physicalOf(hart: Hart, address: bigint): number | undefined {
    return physicalOf(hart, this.machine.ram, address);
  }

  /** What the next instruction of a hart will access, if it does. */
  nextAccess(hart: Hart): Access | undefined {
    const { ram } = this.machine;
    return accessOf(
      hart,
      nextInstruction(hart, ram, (address) => this.physicalOf(hart, address)),
    );
  }

  /** All that there is of it, but breakpoints. */
  capture(): BareCheckpoint {
    const { machine } = this;
    const bus = this.captureDevices();
    return { now: this.#now, machine: machine.capture(), bus, ram: machine.ram.bytes.slice() };
  }
  /** Its devices alone: harts and memory are those of somebody else's machine. */
  captureDevices(): BusState {
    this.#restoredNs = this.#now;
    const devices = this.bus.capture();
    this.#restoredNs = undefined;
    return devices;
  }
  restoreDevices(bus: BusState, now: VirtualNs): void {
    this.#now = now;
    this.#restoredNs = now;
    this.bus.restore(bus);
    this.#restoredNs = undefined;
    this.finish = undefined;
    this.broken = undefined;
  }
  /** A checkpoint of this machine again. */
  restore({ now, machine, bus, ram }: BareCheckpoint): void {
    // What is the same stays, and what was made of it as code.
    for (let at = 0; at < ram.length; at += PAGE_SIZE) {
      const page = ram.subarray(at, at + PAGE_SIZE);
      if (isSame(page, this.machine.ram.view(RAM_BASE + at, PAGE_SIZE))) continue;
      this.machine.ram.write(RAM_BASE + at, page);
    }
    for (const [index, hart] of this.machine.harts.entries()) hart.restore(machine.harts[index]!);
    this.restoreDevices(bus, now);
  }

  /** All devices as at power-on, and what ended the last run is forgotten. */
  reset(): void {
    this.bus.reset();
    this.finish = undefined;
  }

  /** Lets time pass in which no hart runs. */
  pass(untilNs: VirtualNs): void {
    this.#now = untilNs;
  }

  /** Runs all harts until a virtual time, a breakpoint (or where one was), or until software ends the run. */
  advance(untilNs: VirtualNs, stop?: BareStop, onlooker: Onlooker = {}): void {
    const { harts, events, nsPerInstruction } = this.machine;
    const quantumNs = DEFAULT_QUANTUM_INSTRUCTIONS * nsPerInstruction;
    this.broken = undefined;
    while (this.#now < untilNs && this.finish === undefined) {
      events.runDue(this.#now);
      const end = Math.min(
        untilNs,
        this.#now + quantumNs,
        Math.max(events.nextAt(), this.#now + nsPerInstruction),
      );
      for (const hart of harts) {
        // A leg ends early when the hart wrote to a device: what that set in motion may be due before `end`.
        while (hart.now < end && this.finish === undefined) {
          const { each } = onlooker;
          const looks = each !== undefined && this.#now >= each.fromNs;
          const rest = stop?.hart === hart.index ? restOf(stop, hart) : FAR;
          if (rest === 0 || (looks && each.ends(hart))) {
            this.broken = hart.index;
            return;
          }
          const leg = Math.min(end, Math.max(events.nextAt(), hart.now + nsPerInstruction));
          // No instruction takes less than a cycle.
          const most = !looks
            ? rest
            : hart.waiting
              ? Math.min(rest, quietInstructions(hart, nsPerInstruction))
              : 1;
          this.#isRunning = true;
          const exit = hart.run(Math.min(leg, hart.now + most * nsPerInstruction));
          events.runDue(hart.now);
          this.#isRunning = false;
          if (exit !== EXIT_BREAK) continue;
          if (onlooker.reached?.(hart) === false) this.machine.breakpoints.pass(hart);
          else {
            this.broken = hart.index;
            return;
          }
        }
      }
      this.#now = end;
    }
  }
}

/** Instructions that a hart still may execute on its way to where it is to stop; one where a trap is taken on the way. */
function restOf({ instructions, pc }: BareStop, hart: Hart): number {
  const rest = instructions - hart.instructions;
  if (rest > 0) return rest;
  const isThere = pc === undefined || pc === hart.pc;
  return rest < 0 || isThere ? 0 : 1;
}

/** The time that a hart waits at least unless somebody wakes it, in instructions: its own timers may (privileged spec, chapter 14). */
function quietInstructions(hart: Hart, nsPerInstruction: number): number {
  const ticks = (name: string): bigint => (BigInt(hart.csrHi(name)) << 32n) | BigInt(hart.csrLo(name));
  const [host, guest] = [ticks('stimecmp'), BigInt.asUintN(64, ticks('vstimecmp') - ticks('htimedelta'))];
  const next = Number(host < guest ? host : guest) * NS_PER_TICK;
  return Math.max(1, Math.floor((next - hart.now) / nsPerInstruction));
}

function ownMachine(engine: EngineModule, { ramBytes, harts, translate, extensions }: BareOptions): Machine {
  return Machine.create(engine, {
    ...{ ramBytes, harts, shared: false, attached: false },
    ...(translate === undefined ? {} : { translate }),
    ...(extensions === undefined ? {} : { extensions }),
  });
}

function diskOn({ layer, keeper }: BareDisk): LayeredDisk {
  const layers = { find: () => layer, keep: () => {}, keeper: () => keeper };
  return new LayeredDisk(layer.sizeBytes, layer.name, layers, keeper === undefined ? undefined : 'disk');
}

/** Of two pieces of RAM, which lie at multiples of words. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  const words = (of: Uint8Array) => new Uint32Array(of.buffer, of.byteOffset, of.length / 4);
  const [left, right] = [words(a), words(b)];
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false;
  return true;
}
