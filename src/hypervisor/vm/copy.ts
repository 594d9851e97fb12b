/** What a copy of a VM is called and how it is reached: everything in its specification that must not be twice. */
import type { NicSpec, VmSpec } from '#base/scenario';

/** Addresses that are looked at for one that is free. */
const MOST_TRIES = 65_536;

/** The specification of a copy: another name, cards with addresses that nobody else has. */
export function copyOfSpec(spec: VmSpec, name: string, others: readonly VmSpec[]): VmSpec {
  const taken = new Set(others.flatMap(({ nics }) => nics.flatMap(({ address }) => hostPart(address))));
  const nics = spec.nics.map(({ mac: _, address, ...nic }): NicSpec => {
    const free = address === undefined ? undefined : freeAddress(address, taken);
    taken.add(hostPart(free) ?? '');
    return { ...nic, ...(free === undefined ? {} : { address: free }) };
  });
  return { ...spec, name, nics };
}

/** An address without the length of its network. */
function hostPart(address: string | undefined): string | undefined {
  return address?.slice(0, address.indexOf('/'));
}

/** The next address of the same network that is not taken; nothing when there is none. */
function freeAddress(address: string, taken: ReadonlySet<string | undefined>): string | undefined {
  const [host = '', length = ''] = address.split('/');
  const own = host.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - Number(length));
  const network = own - (own % size);
  // The first names the network, and the last all stations of it (RFC 922).
  for (let step = 1; step < Math.min(size, MOST_TRIES); step++) {
    const place = (own - network + step) % size;
    if (place === 0 || place === size - 1) continue;
    const text = [24, 16, 8, 0].map((shift) => Math.floor((network + place) / 2 ** shift) % 256).join('.');
    if (!taken.has(text)) return `${text}/${length}`;
  }
  return undefined;
}
