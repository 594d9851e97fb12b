/** Which disks or cards of a VM a guest drives by registers, whoever answers there, and which by queues, whoever serves these. */
import {
  type DiskWay,
  diskWayOf,
  isPassedThrough,
  isPassedVirtio,
  isVirtio,
} from '#base/catalogue/disk-ways';
import { isThere } from '#base/slots';
import { type ideWindow, VIRTIO_SLOTS } from '#machine/devices/platform';

interface Given {
  readonly way?: DiskWay;
}
interface Placed extends Given {
  readonly slot?: number;
}

/** Places in a list of a specification: in the order of windows, or of slots. Queues are those that the hypervisor serves. */
export function placesBehind(what: 'registers' | 'queues', given: readonly Given[]): number[] {
  const isMeant = (each: Given): boolean =>
    what === 'queues' ? isVirtio(each) : diskWayOf(each.way).registers;
  return given.flatMap((each, place) => (isMeant(each) ? [place] : []));
}

/** Those behind registers at which the hypervisor answers, or the hardware itself: places in the specification, and which window each has among all behind registers. */
export function placesOf(
  who: 'hypervisor' | 'hardware',
  given: readonly Given[],
): { readonly place: number; readonly window: number }[] {
  return placesBehind('registers', given)
    .map((place, window) => ({ place, window }))
    .filter(({ place }) => isPassedThrough(given[place]!) === (who === 'hardware'));
}

/**
 * Those behind queues that the hardware serves: the virtio slots at whose places their registers are mapped, which are empty for the
 * hypervisor. Disks, then cards, from the last slot down, so that others stay where they are, but for what was plugged in, whose slot the
 * specification says.
 */
export function slotsOfWhole({
  disks,
  nics,
}: {
  readonly disks: readonly Placed[];
  readonly nics: readonly Placed[];
}): {
  readonly sort: 'disk' | 'card';
  readonly place: number;
  readonly slot: number;
}[] {
  let next = VIRTIO_SLOTS;
  const placed = (sort: 'disk' | 'card', given: readonly Placed[]) =>
    given.flatMap((each, place) =>
      isPassedVirtio(each) ? [{ sort, place, slot: each.slot ?? --next }] : [],
    );
  return [...placed('disk', disks), ...placed('card', nics)].filter(isThere);
}

/** One that the hypervisor plays, and where: those that are passed through have windows between. */
export interface Emulated<Device> {
  /** Its place in the specification. */
  readonly place: number;
  readonly device: Device;
  readonly window: ReturnType<typeof ideWindow>;
}
