/** The states of all sorts of devices that there are: where a snapshot names one, its declaration is found here. */
import type { AnyDeclaration } from '#base/state/declare';
import { ACLINT } from './aclint/state.ts';
import { STATELESS } from './device.ts';
import { PLIC } from './plic/state.ts';
import { UART } from './uart/state.ts';
import { BLOCK } from './virtio/block/state.ts';
import { CONSOLE } from './virtio/console/state.ts';
import { NET } from './virtio/net/state.ts';
import { RNG } from './virtio/rng/state.ts';
import { VIRTIO_SLOT } from './virtio/state.ts';

export const DEVICE_STATES: readonly AnyDeclaration[] = [
  ...[STATELESS, PLIC, UART, ACLINT],
  ...[VIRTIO_SLOT, CONSOLE, RNG, BLOCK, NET],
];
