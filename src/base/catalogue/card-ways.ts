/** The ways in which a VM is given a network card: those of disks that there are for cards too. Data only. */
import type { DiskWay } from './disk-ways.ts';

/** Name of a way. */
export type CardWay = Extract<DiskWay, 'virtio' | 'emulated-pio' | 'emulated-dma'>;
export const CARD_WAY_IDS: readonly CardWay[] = ['virtio', 'emulated-pio', 'emulated-dma'];
