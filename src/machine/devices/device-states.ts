/** The states of all sorts of devices that there are: where a snapshot names one, its declaration is found here. */
import type { AnyDeclaration } from '#base/state/declare';
import { statesOf } from '../kind.ts';
import { ACLINT } from './aclint/state.ts';
import { STATELESS } from './device.ts';
import { DISK_KINDS } from './disk/disk-kinds.ts';
import { OWN_DRIVE } from './disk/own-drive.ts';
import { ETHOC } from './ethoc/state.ts';
import { IDE } from './ide/state.ts';
import { IOMMU } from './iommu/state.ts';
import { PLIC } from './plic/state.ts';
import { RTC } from './rtc/state.ts';
import { UART } from './uart/state.ts';
import { HARDWARE_BLOCK } from './virtio/block/hardware-state.ts';
import { DEVICE_KINDS } from './virtio/device-kinds.ts';
import { HARDWARE_NET } from './virtio/net/hardware-state.ts';
import { QEMU_SLOT } from './virtio/qemu-slot-state.ts';
import { VIRTIO_SLOT } from './virtio/state.ts';

/** Of what every machine and VM has. */
export const PLATFORM_STATES: readonly AnyDeclaration[] = [
  STATELESS,
  PLIC,
  UART,
  RTC,
  ACLINT,
  VIRTIO_SLOT,
  QEMU_SLOT,
  HARDWARE_BLOCK,
  HARDWARE_NET,
  OWN_DRIVE,
  IDE,
  ETHOC,
  IOMMU,
];

export const DEVICE_STATES: readonly AnyDeclaration[] = [
  ...PLATFORM_STATES,
  ...statesOf(DEVICE_KINDS),
  ...statesOf(DISK_KINDS),
];
