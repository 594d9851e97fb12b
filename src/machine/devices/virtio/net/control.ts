/**
 * The commands of the control queue (virtio 1.2, §5.1.6.5): class, command, data, and a byte that says whether it was done. A command is a
 * guest's: its data must be as long as it says, and what was not agreed on is no command.
 */
import type { ReceiveFilter } from './filter.ts';
import * as reg from './registers.ts';

/** What a command changes. */
export interface Controlled {
  readonly filter: ReceiveFilter;
  accepted(feature: number): boolean;
  setMac(mac: Uint8Array): void;
  /** The driver has told the network where it is. */
  announced(): void;
  /** So many pairs of queues are used; false where there are not as many. */
  setPairs(pairs: number): boolean;
}

/** Of a command: class, number and data. */
export const MOST_COMMAND = 4096;
const ADDRESS = 6;

/** Carries a command out; false where it is none. */
export function control(bytes: Uint8Array, on: Controlled): boolean {
  const [group, command = 0] = bytes;
  const data = bytes.subarray(2);
  switch (group) {
    case reg.CONTROL_RX:
      return receive(command, data, on);
    case reg.CONTROL_MAC:
      return mac(command, data, on);
    case reg.CONTROL_VLAN:
      return vlan(command, data, on);
    case reg.CONTROL_ANNOUNCE: {
      const isKnown = command === 0 && on.accepted(reg.F_GUEST_ANNOUNCE);
      if (isKnown) on.announced();
      return isKnown;
    }
    case reg.CONTROL_MQ:
      return command === 0 && data.length === 2 && on.accepted(reg.F_MQ) && on.setPairs(u16(data));
    default:
      return false;
  }
}

const u16 = (data: Uint8Array): number => data[0]! | (data[1]! << 8);

function receive(mode: number, data: Uint8Array, { filter, accepted }: Controlled): boolean {
  // Promiscuous and all groups; the others are a feature of their own.
  const isKnown = mode <= 1 ? accepted(reg.F_CTRL_RX) : mode <= 5 && accepted(reg.F_CTRL_RX_EXTRA);
  if (!isKnown || data.length !== 1) return false;
  filter.setMode(mode, data[0] !== 0);
  return true;
}

function mac(command: number, data: Uint8Array, on: Controlled): boolean {
  if (command === reg.MAC_ADDR_SET) {
    const isAddress = data.length === ADDRESS && (data[0]! & 1) === 0;
    if (!isAddress || !on.accepted(reg.F_CTRL_MAC_ADDR)) return false;
    on.setMac(data);
    return true;
  }
  if (command !== reg.MAC_TABLE_SET || !on.accepted(reg.F_CTRL_RX)) return false;
  const unicast = listIn(data, 0);
  const multicast = unicast && listIn(data, 4 + unicast.length);
  if (multicast === undefined || 8 + unicast!.length + multicast.length !== data.length) return false;
  on.filter.setAddresses(unicast!, multicast);
  return true;
}
/** A count, and as many addresses. */
function listIn(data: Uint8Array, at: number): Uint8Array | undefined {
  if (at + 4 > data.length) return undefined;
  const count = new DataView(data.buffer, data.byteOffset + at, 4).getUint32(0, true);
  const end = at + 4 + count * ADDRESS;
  return end > data.length ? undefined : data.subarray(at + 4, end);
}

function vlan(command: number, data: Uint8Array, { filter, accepted }: Controlled): boolean {
  const isKnown = command === reg.VLAN_ADD || command === reg.VLAN_DELETE;
  if (!isKnown || data.length !== 2 || u16(data) > 0xfff || !accepted(reg.F_CTRL_VLAN)) return false;
  filter.setVlan(u16(data), command === reg.VLAN_ADD);
  return true;
}
