/** `measure io`: the groups of figures, one file each. Who adds a figure adds its row to `wanted.ts`, and measures it here. */
import type { Measurement } from '../figure.ts';
import { CARD_WAYS_WANTED } from './card-ways.ts';
import { DISKS } from './disks.ts';
import { QUEUES, QUEUES_WANTED } from './queues.ts';
import { SHARING_A_DISK } from './sharing-a-disk.ts';
import { THROUGHPUT } from './throughput.ts';
import { TORTURE, TORTURE_WANTED } from './torture.ts';
import { WANTED } from './wanted.ts';
import { WAYS } from './ways.ts';

export const IO: Measurement = {
  wanted: [...WANTED, ...CARD_WAYS_WANTED, ...TORTURE_WANTED, ...QUEUES_WANTED],
  groups: [SHARING_A_DISK, THROUGHPUT, DISKS, WAYS, TORTURE, QUEUES],
};
