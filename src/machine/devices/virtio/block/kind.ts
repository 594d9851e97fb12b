/** Disks in the table of devices: those of a VM's `disks`. */
import * as v from 'valibot';
import { isVirtio } from '#base/catalogue/disk-ways';
import type { SettingValue } from '#base/scenario';
import { createKind } from '../../../kind.ts';
import { MEMORY_DISK_KIND } from '../../disk/memory-disk.ts';
import { type DeviceKind, defineDevice } from '../device-kind.ts';
import { VirtioBlock } from './device.ts';
import { ID_SIZE } from './registers.ts';
import { BLOCK } from './state.ts';

export const BLOCK_KIND: DeviceKind = defineDevice({
  id: 'block',
  settings: {
    sizeBytes: v.number(),
    /** What the content lies in, with settings that it knows itself: in memory unless given. */
    content: v.exactOptional(
      v.objectWithRest(
        { kind: v.string() },
        v.custom<SettingValue>(() => true),
      ),
    ),
    /** Request queues of the device. */
    queues: v.exactOptional(v.number()),
  },
  state: BLOCK,
  wanted: ({ disks }) =>
    disks.filter(isVirtio).map(({ sizeBytes, content, queues }) => ({
      sizeBytes,
      ...(content === undefined ? {} : { content }),
      ...(queues === undefined ? {} : { queues }),
    })),
  slotOf: ({ disks }, index) => disks.filter(isVirtio)[index]?.slot,
  create: ({ sizeBytes, content, queues }, { channel, events, now, serial, disks, openDrive, faults }) =>
    new VirtioBlock({
      ...{ channel, events, now, openDrive, ...(queues === undefined ? {} : { queues }) },
      ...(faults === undefined ? {} : { faults }),
      serial: serial.slice(0, ID_SIZE),
      disk: createKind(disks, content ?? { kind: MEMORY_DISK_KIND.id }, { sizeBytes, kinds: disks }),
    }),
});
