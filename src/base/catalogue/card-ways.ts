/** The ways in which a VM is given a network card: those of disks, but that a physical card has registers of its own. Data only. */
import { DISK_WAY_IDS, type DiskWay } from './disk-ways.ts';

/** Name of a way. */
export type CardWay = Exclude<DiskWay, 'passed-virtio'>;
export const CARD_WAY_IDS: readonly CardWay[] = DISK_WAY_IDS.filter((way) => way !== 'passed-virtio');
