/**
 * The program of the overhead account on a bare hart: firmware of a few instructions hands it over in S-mode, and its disk is hardware on
 * the machine's bus. Nothing translates its addresses but its own tables, and nothing takes the hart from it.
 */
import { RAM_BASE } from '#base/addresses';
import { type DiskWay, diskWayOf } from '#base/catalogue/disk-ways';
import type { OverheadRun } from '#base/catalogue/overhead';
import { invariant } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import { assemble } from '#isa/assemble';
import type { InterruptLine, MmioDevice } from '#machine/devices/device';
import { MemoryDisk } from '#machine/devices/disk/memory-disk';
import { IdeDisk } from '#machine/devices/ide/device';
import { directPort } from '#machine/devices/iommu/dma-port';
import { MmioBus } from '#machine/devices/mmio-bus';
import { PLATFORM } from '#machine/devices/platform';
import { Plic } from '#machine/devices/plic/device';
import { HardwareBlock } from '#machine/devices/virtio/block/hardware';
import { VirtioSlot } from '#machine/devices/virtio/mmio-transport';
import { HardwareNet } from '#machine/devices/virtio/net/hardware';
import { Machine } from '#machine/machine';
import { HostStorage } from '../io/media/storage.ts';
import type { RunCounts } from './account.ts';
import * as map from './memory-map.ts';
import type { OverheadProgram } from './program.ts';
import { DISK_BYTES, MOST_NS, type Surroundings } from './surroundings.ts';

const SEIP = 1 << 9;
/** From one look at its board to the next. */
const STEP_CYCLES = 1000;

/** As hardware is when a hypervisor's is (cpu/hs-setup.ts): interrupts of S-mode are its own, it reads counters, and the hardware sets A and D. */
const FIRMWARE = `
  li t0, 0x222
  csrw mideleg, t0
  li t0, 7
  csrw mcounteren, t0
  li t0, 5
  slli t0, t0, 61
  csrw menvcfg, t0
  li t0, -1
  srli t0, t0, 10
  csrw pmpaddr0, t0
  li t0, 0x1f
  csrw pmpcfg0, t0
  li t0, ${RAM_BASE}
  csrw mepc, t0
  li t0, 0x1800
  csrc mstatus, t0
  li t0, 0x800
  csrs mstatus, t0
  mret`;

/** Runs it from reset to its end. */
export function runBare(
  { way, work }: OverheadRun,
  { bytes, driver, linger }: OverheadProgram,
  options: Surroundings,
): RunCounts {
  const { engine, environment } = options.host;
  const machine = Machine.create(engine, {
    ...{ shared: environment.shared, ramBytes: map.memoryBytes(work), harts: 1, attached: false },
    nsPerInstruction: options.settings.nsPerInstruction,
    ...(environment.translate === undefined ? {} : { translate: environment.translate }),
  });
  const { ram, harts, events, nsPerInstruction } = machine;
  const hart = harts[0]!;
  const plic = new Plic({ contexts: 1, onChange: (_, pending) => hart.setPending(SEIP, pending) });
  const bus = new MmioBus();
  bus.attach(plic, PLATFORM.plic.base, PLATFORM.plic.size);
  if (driver !== undefined && way !== undefined) {
    const { base, irq } = driver.window;
    const line = plic.line(irq);
    const device = work === 'card' ? cardOf(machine, line) : diskOf(machine, way, line, options);
    bus.attach(device, base, 0x1000);
  }
  machine.attachBus(bus);
  const firmware = assemble(FIRMWARE, map.FIRMWARE);
  invariant(firmware.ok, 'the firmware can be assembled');
  ram.write(map.FIRMWARE, firmware.value.bytes);
  ram.write(RAM_BASE, bytes);
  hart.setPc(map.FIRMWARE, 0);

  /** In steps, so that it does not stand for long at what is waited for. */
  const runUntil = (isThere: () => boolean): void => {
    const most = hart.now + MOST_NS;
    while (!isThere() && hart.now < most) {
      events.runDue(hart.now);
      const next = Math.max(events.nextAt(), hart.now + nsPerInstruction);
      hart.run(Math.min(hart.now + STEP_CYCLES * nsPerInstruction, next));
    }
  };
  const says = (word: number): boolean => ram.u32(map.BOARD + word) !== 0;
  runUntil(() => says(map.READY));
  const before = machine.counters().references;
  ram.setU32(map.BOARD + map.GO, 1);
  runUntil(() => hart.pcLo === linger || hart.pcLo === linger + 4);
  const after = machine.counters().references;
  runUntil(() => says(map.DONE));
  const board = map.readBoard((address) => ram.u32(address));
  const elapsedNs = board.cycles * nsPerInstruction;
  const waitedNs = board.waited * nsPerInstruction;
  return {
    ...{ board, instructions: board.instructions, elapsedNs, waitedNs, heldUpNs: 0, exits: [] },
    runNs: elapsedNs - waitedNs,
    references: { own: after[0] - before[0], host: 0 },
  };
}

/** The disk that its program drives, as hardware: its time is that of the host's own disks. */
function diskOf(
  machine: Machine,
  way: DiskWay,
  line: InterruptLine,
  { disk, host: { registries } }: Surroundings,
): MmioDevice {
  const { ram, events } = machine;
  const now = (): VirtualNs => machine.currentNs();
  const storage = new HostStorage({ disks: [disk], events, now, registries });
  const openDrive = storage.of(0, [{ sizeBytes: DISK_BYTES }]).opener(0);
  const memory = directPort(ram);
  const content = new MemoryDisk(DISK_BYTES);
  const options = { channel: 'disk', events, now, serial: 'bare', disk: content, openDrive } as const;
  const { registers, dma } = diskWayOf(way);
  if (registers) return new IdeDisk({ ...options, name: 'ide', line, ...(dma ? { memory } : {}) });
  const slot = new VirtioSlot({ name: 'virtio', memory, line });
  slot.plug(new HardwareBlock({ ...options, takeMovingNs: () => 0 }));
  return slot;
}

/** The card that its program drives, as hardware; nobody is at the other end of its cable. */
function cardOf(machine: Machine, line: InterruptLine): MmioDevice {
  const { ram, events } = machine;
  const slot = new VirtioSlot({ name: 'virtio', memory: directPort(ram), line });
  slot.plug(
    new HardwareNet({
      ...{ channel: 'card', events, now: () => machine.currentNs(), mac: MAC },
      ...{ transmit: () => undefined, freeInNs: () => 0 },
    }),
  );
  return slot;
}
/** Locally administered. */
const MAC = Uint8Array.of(0x52, 0x54, 0, 0, 0, 1);
