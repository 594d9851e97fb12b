/** Addresses of the Internet Protocol as bytes: four (IPv4) or sixteen (IPv6). A table has them by their key. */
import { addressBytes, ipv4Text, ipv6Text } from '#base/packets/values';

export type Address = Uint8Array;

export const IPV4_BYTES = 4;
export const IPV6_BYTES = 16;

export function isIpv6(address: Address): boolean {
  return address.length === IPV6_BYTES;
}

/** The address as a key of a map. */
export function keyOf(address: Address): string {
  return String.fromCharCode(...address);
}
export function addressOfKey(key: string): Address {
  return Uint8Array.from(key, (sign) => sign.charCodeAt(0));
}

export function isSame(a: Address, b: Address): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** True if both lie in one network whose addresses have so many bits in common. */
export function isInNetwork(address: Address, network: Address, prefix: number): boolean {
  if (address.length !== network.length) return false;
  for (let bit = 0; bit < prefix; bit += 8) {
    const mask = prefix - bit >= 8 ? 0xff : (0xff << (8 - (prefix - bit))) & 0xff;
    if (((address[bit >> 3]! ^ network[bit >> 3]!) & mask) !== 0) return false;
  }
  return true;
}

/** The network of an address: bits behind the prefix are none of it. */
export function networkOf(address: Address, prefix: number): Address {
  return address.map((byte, at) => byte & (0xff << (8 - Math.min(8, Math.max(0, prefix - 8 * at)))));
}

/** 224.0.0.0/4 and 255.255.255.255; ff00::/8. */
export function isGroupAddress(address: Address): boolean {
  const first = address[0]!;
  return isIpv6(address) ? first === 0xff : first >= 224;
}

/** All zero: what who has no address yet says. */
export function isUnspecified(address: Address): boolean {
  return address.every((byte) => byte === 0);
}

/** fe80::/10: of one network alone. */
export function isLinkLocalAddress(address: Address): boolean {
  return isIpv6(address) && address[0] === 0xfe && (address[1]! & 0xc0) === 0x80;
}

/** Of all stations of a network (IPv4). */
export const EVERYBODY: Address = Uint8Array.of(255, 255, 255, 255);

/** The address so many behind another (IPv4). */
export function addressAfter(address: Address, steps: number): Address {
  const value = new DataView(address.buffer, address.byteOffset).getUint32(0) + steps;
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/** `10.0.0.1`, `2001:db8::1`. */
export function formatAddress(address: Address): string {
  return isIpv6(address) ? ipv6Text(address) : ipv4Text(address);
}

/** An address that the program itself says. */
export function addressOf(text: string): Address {
  const address = addressBytes(text);
  if (address === undefined) throw new Error(`no address: ${text}`);
  return address;
}
/** An address and the length of its network, as `10.0.0.1/24`. */
export function parted(text: string): readonly [address: Address, prefix: number] {
  const [address = '', length = ''] = text.split('/');
  return [addressOf(address), Number(length)];
}
