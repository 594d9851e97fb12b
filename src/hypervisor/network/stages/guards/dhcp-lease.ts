/** What a DHCP server's message says a station has, where it confirms it (RFC 2131, figure 1; RFC 2132, 9.6). */
import { u32 } from '#base/big-endian';
import { macAt } from '../../ether-frame.ts';

const REPLY = 2;
const ETHERNET = 1;
const COOKIE = 0x6382_5363;
/** Where the options begin, behind the cookie. */
const OPTIONS = 240;
const [PAD, MESSAGE_TYPE, END] = [0, 53, 255];
const ACK = 5;

/** @param end where the UDP packet's bytes end */
export function leaseIn(
  bytes: Uint8Array,
  at: number,
  end: number,
): { readonly mac: number; readonly ip: number } | undefined {
  if (at + OPTIONS > end || bytes[at] !== REPLY || bytes[at + 1] !== ETHERNET || bytes[at + 2] !== 6)
    return undefined;
  if (u32(bytes, at + OPTIONS - 4) !== COOKIE) return undefined;
  for (let option = at + OPTIONS; option < end; ) {
    const code = bytes[option]!;
    if (code === END) return undefined;
    if (code === PAD) {
      option += 1;
      continue;
    }
    const length = option + 1 < end ? bytes[option + 1]! : 0;
    if (code === MESSAGE_TYPE) {
      const isAck = option + 2 < end && length === 1 && bytes[option + 2] === ACK;
      const ip = u32(bytes, at + 16);
      return isAck && ip !== 0 ? { mac: macAt(bytes, at + 28), ip } : undefined;
    }
    option += 2 + length;
  }
  return undefined;
}
