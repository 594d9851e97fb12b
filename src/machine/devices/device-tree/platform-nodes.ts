/**
 * The device tree's nodes for the platform's parts, from the one memory map. Bare machines and VMs compose their trees
 * of these.
 */
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import { TIMEBASE_HZ } from '#base/virtual-time';
import { PACKET_MEMORY, PACKET_MEMORY_SIZE } from '../ethoc/sizes.ts';
import { FINISH_PASS, FINISH_RESET } from '../finisher/words.ts';
import {
  ethocWindow,
  ideWindow,
  PLATFORM,
  PLIC_SOURCES,
  type PlatformWindow,
  UART_CLOCK_HZ,
  virtioWindow,
} from '../platform.ts';
import { type TreeNode, type TreeValue, wide } from './writer.ts';

/** Interrupt numbers of a hart's own controller: the bits of `mip` (privileged spec 3.1.9). */
const M_SOFTWARE = 3;
const M_TIMER = 7;
export const S_EXTERNAL = 9;
export const M_EXTERNAL = 11;

const PLIC_PHANDLE = 0x100;
const FINISHER_PHANDLE = 0x101;

/** What a kernel is told at boot. */
export interface Chosen {
  readonly bootargs: string;
  /** GPA and size of an initial RAM disk. */
  readonly initrd?: { readonly start: number; readonly sizeBytes: number };
  /** Entropy for the kernel's generator: with it, it is ready at once. */
  readonly rngSeed?: Uint8Array;
}

function phandleOfHart(hart: number): number {
  return 1 + hart;
}

/** The wires to interrupt `number` of each hart in turn, for each number in turn within a hart. */
export function hartInterrupts(harts: number, numbers: readonly number[]): number[] {
  return Array.from({ length: harts }, (_, hart) => numbers.flatMap((n) => [phandleOfHart(hart), n])).flat();
}

export function rootNode(model: string, children: readonly TreeNode[]): TreeNode {
  return {
    name: '',
    properties: { '#address-cells': 2, '#size-cells': 2, compatible: 'riscv-virtio', model },
    children,
  };
}

export function chosenNode(chosen: Chosen): TreeNode {
  const properties: Record<string, TreeValue> = {
    bootargs: chosen.bootargs,
    'stdout-path': `/soc/serial@${PLATFORM.uart.base.toString(16)}`,
  };
  if (chosen.initrd !== undefined) Object.assign(properties, initrdProperties(chosen.initrd));
  if (chosen.rngSeed !== undefined) properties['rng-seed'] = chosen.rngSeed;
  return { name: 'chosen', properties };
}

/** Where a kernel finds its initial RAM disk. */
export function initrdProperties({
  start,
  sizeBytes,
}: NonNullable<Chosen['initrd']>): Readonly<Record<string, TreeValue>> {
  return { 'linux,initrd-start': wide(start), 'linux,initrd-end': wide(start + sizeBytes) };
}

export function memoryNode(sizeBytes: number): TreeNode {
  return {
    name: `memory@${RAM_BASE.toString(16)}`,
    properties: { device_type: 'memory', reg: [...wide(RAM_BASE), ...wide(sizeBytes)] },
  };
}

/** Bytes of what the instructions of Zicbom, Zicbop and Zicboz work on. */
function blockSizes(extensions: readonly string[]): Record<string, number> {
  const present = ['zicbom', 'zicbop', 'zicboz'].filter((name) => extensions.includes(name));
  return Object.fromEntries(present.map((name) => [`riscv,${name.slice(2)}-block-size`, BLOCK_SIZE]));
}
const BLOCK_SIZE = 64;

/** One node per hart. Both forms of the ISA are given: kernels without the fallback read only the list. */
export function cpusNode(harts: number, extensions: readonly string[]): TreeNode {
  const letters = extensions.filter((name) => name.length === 1).join('');
  const isa = [`rv64${letters}`, ...extensions.filter((name) => name.length > 1)].join('_');
  const mmu = `riscv,${['sv57', 'sv48'].find((mode) => extensions.includes(mode)) ?? 'sv39'}`;
  const cpu = (hart: number): TreeNode => ({
    name: `cpu@${hart.toString(16)}`,
    properties: {
      device_type: 'cpu',
      reg: hart,
      status: 'okay',
      compatible: 'riscv',
      'mmu-type': mmu,
      'riscv,isa': isa,
      ...blockSizes(extensions),
      'riscv,isa-base': 'rv64i',
      'riscv,isa-extensions': extensions,
    },
    children: [
      {
        name: 'interrupt-controller',
        properties: {
          '#address-cells': 0,
          '#interrupt-cells': 1,
          'interrupt-controller': true,
          compatible: 'riscv,cpu-intc',
          phandle: phandleOfHart(hart),
        },
      },
    ],
  });
  return {
    name: 'cpus',
    properties: { '#address-cells': 1, '#size-cells': 0, 'timebase-frequency': TIMEBASE_HZ },
    children: Array.from({ length: harts }, (_, hart) => cpu(hart)),
  };
}

export function socNode(children: readonly TreeNode[]): TreeNode {
  return {
    name: 'soc',
    properties: { '#address-cells': 2, '#size-cells': 2, compatible: 'simple-bus', ranges: true },
    children,
  };
}

/** @param targets its contexts, in order: see {@link hartInterrupts} */
export function plicNode(targets: readonly number[]): TreeNode {
  return windowNode('plic', PLATFORM.plic, {
    compatible: ['sifive,plic-1.0.0', 'riscv,plic0'],
    '#interrupt-cells': 1,
    '#address-cells': 0,
    'interrupt-controller': true,
    'interrupts-extended': targets,
    'riscv,ndev': PLIC_SOURCES,
    phandle: PLIC_PHANDLE,
  });
}

export function uartNode(): TreeNode {
  return windowNode('serial', PLATFORM.uart, {
    compatible: 'ns16550a',
    'clock-frequency': UART_CLOCK_HZ,
    'interrupt-parent': PLIC_PHANDLE,
    interrupts: PLATFORM.uart.irq,
  });
}

export function virtioNode(slot: number): TreeNode {
  const window = virtioWindow(slot);
  return windowNode('virtio_mmio', window, {
    compatible: 'virtio,mmio',
    'interrupt-parent': PLIC_PHANDLE,
    interrupts: window.irq,
  });
}

export function rtcNode(): TreeNode {
  return windowNode('rtc', PLATFORM.rtc, {
    compatible: 'google,goldfish-rtc',
    'interrupt-parent': PLIC_PHANDLE,
    interrupts: PLATFORM.rtc.irq,
  });
}

/** A disk controller of our own design: see `devices/ide`. */
export function ideNode(slot: number): TreeNode {
  const window = ideWindow(slot);
  return windowNode('ide', window, {
    compatible: 'virtlab,ide',
    'interrupt-parent': PLIC_PHANDLE,
    interrupts: window.irq,
  });
}

/** A card behind registers; frames lie in its own memory, behind its registers, or in the machine's (Linux, `opencores,ethoc`). */
export function ethocNode(slot: number, hasOwnMemory: boolean): TreeNode {
  const { base, irq } = ethocWindow(slot);
  const packets = [...wide(base + PACKET_MEMORY), ...wide(PACKET_MEMORY_SIZE)];
  return windowNode(
    'ethernet',
    { base, size: PAGE_SIZE },
    {
      reg: [...wide(base), ...wide(PAGE_SIZE), ...(hasOwnMemory ? packets : [])],
      compatible: 'opencores,ethoc',
      'interrupt-parent': PLIC_PHANDLE,
      interrupts: irq,
    },
  );
}

export function aclintNode(harts: number): TreeNode {
  return windowNode('clint', PLATFORM.aclint, {
    compatible: ['sifive,clint0', 'riscv,clint0'],
    'interrupts-extended': hartInterrupts(harts, [M_SOFTWARE, M_TIMER]),
  });
}

export function finisherNode(): TreeNode {
  return windowNode('test', PLATFORM.finisher, {
    compatible: ['sifive,test1', 'sifive,test0', 'syscon'],
    phandle: FINISHER_PHANDLE,
  });
}

/** How an operating system ends or restarts a machine that has a finisher, without firmware: it writes a word there. */
export function finishNodes(): TreeNode[] {
  const node = (name: string, value: number): TreeNode => ({
    name,
    properties: { compatible: `syscon-${name}`, regmap: FINISHER_PHANDLE, offset: 0, value },
  });
  return [node('poweroff', FINISH_PASS), node('reboot', FINISH_RESET)];
}

function windowNode(
  name: string,
  window: Pick<PlatformWindow, 'base' | 'size'>,
  properties: Readonly<Record<string, TreeValue>>,
): TreeNode {
  return {
    name: `${name}@${window.base.toString(16)}`,
    properties: { reg: [...wide(window.base), ...wide(window.size)], ...properties },
  };
}
