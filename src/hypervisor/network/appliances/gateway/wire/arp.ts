/** ARP for IPv4 over Ethernet (RFC 826):  0 kind of network  2 protocol  4 sizes  6 operation  8 sender  18 target */
import { macAt } from '../../../ether-frame.ts';
import type { Address } from './address.ts';
import { putU16, u16, u32 } from './bytes.ts';

const BYTES = 28;
/** Ethernet (1), IPv4 (0x0800), six and four bytes of address. */
const KIND = { network: 1, protocol: 0x0800, sizes: 0x0604 } as const;
export const ARP_OPERATION = { request: 1, reply: 2 } as const;

export interface ArpMessage {
  readonly operation: number;
  readonly senderMac: number;
  readonly sender: Address;
  readonly targetMac: number;
  readonly target: Address;
}

export function readArp(bytes: Uint8Array): ArpMessage | undefined {
  if (bytes.length < BYTES) return undefined;
  if (u32(bytes, 0) !== KIND.network * 0x1_0000 + KIND.protocol || u16(bytes, 4) !== KIND.sizes)
    return undefined;
  return {
    ...{ operation: u16(bytes, 6), senderMac: macAt(bytes, 8), sender: bytes.slice(14, 18) },
    ...{ targetMac: macAt(bytes, 18), target: bytes.slice(24, 28) },
  };
}

export function writeArp({ operation, senderMac, sender, targetMac, target }: ArpMessage): Uint8Array {
  const bytes = new Uint8Array(BYTES);
  putU16(bytes, 0, KIND.network);
  putU16(bytes, 2, KIND.protocol);
  putU16(bytes, 4, KIND.sizes);
  putU16(bytes, 6, operation);
  putMac(bytes, 8, senderMac);
  bytes.set(sender, 14);
  putMac(bytes, 18, targetMac);
  bytes.set(target, 24);
  return bytes;
}

/** Six bytes of a MAC address. */
export function putMac(bytes: Uint8Array, at: number, mac: number): void {
  for (let n = 0, rest = mac; n < 6; n++, rest = Math.floor(rest / 256)) bytes[at + 5 - n] = rest % 256;
}
