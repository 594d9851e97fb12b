/** The ways in which a VM is given a network card: those of disks. Data only. */
import { DISK_WAY_IDS, type DiskWay } from './disk-ways.ts';

/** Name of a way. */
export type CardWay = DiskWay;
export const CARD_WAY_IDS: readonly CardWay[] = DISK_WAY_IDS;
