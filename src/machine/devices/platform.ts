/**
 * The memory map: where devices lie on a bare hart and in a VM. The same as that of QEMU's virt machine, so that
 * firmware and kernels built for it run unchanged. Data only.
 */

/** A device's window, and its PLIC source where it has one. */
export interface PlatformWindow {
  readonly base: number;
  readonly size: number;
  readonly irq?: number;
  readonly text: string;
}

/** Everything below RAM; `virtio` is the first of {@link VIRTIO_SLOTS} windows, `ide` and `ethoc` of as many as a VM has disks and cards behind registers. */
export const PLATFORM: {
  readonly finisher: PlatformWindow;
  readonly rtc: PlatformWindow & { readonly irq: number };
  readonly aclint: PlatformWindow;
  readonly plic: PlatformWindow;
  readonly uart: PlatformWindow & { readonly irq: number };
  readonly virtio: PlatformWindow & { readonly irq: number };
  readonly ide: PlatformWindow & { readonly irq: number };
  readonly ethoc: PlatformWindow & { readonly irq: number };
} = {
  finisher: { base: 0x0010_0000, size: 0x1000, text: 'test finisher: ends or resets a bare machine' },
  rtc: { base: 0x0010_1000, size: 0x1000, irq: 11, text: 'goldfish real-time clock' },
  aclint: { base: 0x0200_0000, size: 0x1_0000, text: 'ACLINT: mtime, mtimecmp, msip (bare machine only)' },
  plic: { base: 0x0c00_0000, size: 0x60_0000, text: 'platform-level interrupt controller' },
  uart: { base: 0x1000_0000, size: 0x100, irq: 10, text: 'ns16550a serial port' },
  virtio: { base: 0x1000_1000, size: 0x1000, irq: 1, text: 'virtio-mmio slots' },
  ide: { base: 0x1001_0000, size: 0x1000, irq: 16, text: 'disk controllers' },
  ethoc: { base: 0x1002_0000, size: 0x1_0000, irq: 20, text: 'network cards behind registers' },
};

/** What a host's hypervisor finds: where its own devices lie. Elsewhere than those of VMs, so that no address of one is one of the other. */
export const HOST_PLATFORM: Readonly<
  Record<'iommu' | 'ide' | 'virtio' | 'virtioCard' | 'ethoc', PlatformWindow>
> = {
  iommu: { base: 0x0301_0000, size: 0x1000, text: 'IOMMU' },
  ide: { base: 0x4001_0000, size: 0x1000, text: 'controllers of physical disks' },
  virtio: { base: 0x4002_0000, size: 0x1000, text: 'virtio controllers of physical disks' },
  virtioCard: { base: 0x4003_0000, size: 0x1000, text: 'physical network cards with virtio controllers' },
  ethoc: { base: 0x4010_0000, size: 0x1000, text: 'physical network cards' },
};

/** virtio-mmio slots of a VM; empty ones answer with device ID 0. */
export const VIRTIO_SLOTS = 8;
/** Interrupt sources of the PLIC, 1 to this. */
export const PLIC_SOURCES = 31;
/** What the UART's divisor divides; the baud rate itself is not modelled. */
export const UART_CLOCK_HZ = 3_686_400;

/** Window and source of virtio slot `index`. */
export function virtioWindow(index: number): Required<Omit<PlatformWindow, 'text'>> {
  return windowAt(PLATFORM.virtio, index);
}
/** Those of disk controller `index`. */
export function ideWindow(index: number): Required<Omit<PlatformWindow, 'text'>> {
  return windowAt(PLATFORM.ide, index);
}
/** Those of card `index` behind registers. */
export function ethocWindow(index: number): Required<Omit<PlatformWindow, 'text'>> {
  return windowAt(PLATFORM.ethoc, index);
}

function windowAt(
  { base, size, irq }: PlatformWindow & { readonly irq: number },
  index: number,
): Required<Omit<PlatformWindow, 'text'>> {
  return { base: base + size * index, size, irq: irq + index };
}
