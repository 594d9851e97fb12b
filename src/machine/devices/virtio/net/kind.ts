/** Network cards in the table of devices: those of a VM's `nics`. */
import * as v from 'valibot';
import { isVirtio } from '#base/catalogue/disk-ways';
import type { SettingValue } from '#base/scenario';
import { type DeviceKind, defineDevice } from '../device-kind.ts';
import { VirtioNet } from './device.ts';
import { NET } from './state.ts';

/** As the driver is told it: in Mbit/s. */
function speedOf(bitsPerSecond: SettingValue | undefined): { readonly megabitsPerSecond?: number } {
  if (typeof bitsPerSecond !== 'number') return {};
  return { megabitsPerSecond: Math.max(1, Math.round(bitsPerSecond / 1_000_000)) };
}

export const NET_KIND: DeviceKind = defineDevice({
  id: 'net',
  settings: {
    switch: v.string(),
    mac: v.exactOptional(v.string()),
    address: v.exactOptional(v.string()),
    offload: v.exactOptional(v.boolean()),
    mtu: v.exactOptional(v.number()),
    queues: v.exactOptional(v.number()),
    portAllocation: v.exactOptional(v.literal('on-demand')),
    /** Of the stages of its port, which know them. */
    port: v.exactOptional(
      v.record(
        v.string(),
        v.record(
          v.string(),
          v.custom<SettingValue>(() => true),
        ),
      ),
    ),
  },
  state: NET,
  wanted: ({ nics }) => nics.filter(isVirtio).map(({ slot: _, way: __, ...nic }) => nic),
  slotOf: ({ nics }, index) => nics.filter(isVirtio)[index]?.slot,
  create: (nic, { connect, channel, events, now }) => {
    const cable = connect(nic, (frame) => card.receive(frame));
    const card: VirtioNet = new VirtioNet({
      ...{ ...cable, channel, events, now },
      ...(nic.offload === false ? { offloads: 0 } : {}),
      ...(nic.mtu === undefined ? {} : { mtu: nic.mtu }),
      ...(nic.queues === undefined ? {} : { pairs: nic.queues }),
      ...speedOf(nic.port?.['wire']?.['bitsPerSecond']),
    });
    return card;
  },
});
