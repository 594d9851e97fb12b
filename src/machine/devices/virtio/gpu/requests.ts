/**
 * What a driver asks of a graphics adapter on its control queue: each field of the request is read from bytes that were copied
 * once, and checked by whoever owns what it names.
 */
import { addressOf } from '#base/addresses';
import type { GuestMemory } from '../../guest-memory.ts';
import type { DescriptorChain } from '../descriptor-chain.ts';
import { MOST_BACKING_ENTRIES } from './bounds.ts';
import type { Pictures } from './pictures.ts';
import * as reg from './registers.ts';
import { Backing, type Rectangle, type Resource } from './resource.ts';

/** Where the fields of requests lie, behind the header (§5.7.6.7). */
const FIRST = reg.HEADER_SIZE;
const BEHIND_RECTANGLE: number = FIRST + 16;

function rectangleIn(request: DataView): Rectangle {
  return {
    x: request.getUint32(FIRST, true),
    y: request.getUint32(FIRST + 4, true),
    width: request.getUint32(FIRST + 8, true),
    height: request.getUint32(FIRST + 12, true),
  };
}

/** A request that is answered at once: how many bytes it has, and what is done. */
interface Request {
  readonly size: number;
  run(request: DataView, pictures: Pictures): number;
}

export const REQUESTS: ReadonlyMap<number, Request> = new Map<number, Request>([
  [
    reg.RESOURCE_CREATE_2D,
    {
      size: 40,
      run: (request, pictures) =>
        pictures.create(
          request.getUint32(FIRST, true),
          request.getUint32(FIRST + 8, true),
          request.getUint32(FIRST + 12, true),
          request.getUint32(FIRST + 4, true),
        ),
    },
  ],
  [
    reg.RESOURCE_UNREF,
    { size: 32, run: (request, pictures) => pictures.unref(request.getUint32(FIRST, true)) },
  ],
  [
    reg.SET_SCANOUT,
    {
      size: 48,
      run: (request, pictures) =>
        request.getUint32(BEHIND_RECTANGLE, true) === 0
          ? pictures.setScanout(request.getUint32(BEHIND_RECTANGLE + 4, true), rectangleIn(request))
          : reg.ERR_INVALID_SCANOUT_ID,
    },
  ],
  [
    reg.RESOURCE_FLUSH,
    {
      size: 48,
      run: (request, pictures) =>
        pictures.flush(request.getUint32(BEHIND_RECTANGLE, true), rectangleIn(request)),
    },
  ],
  [
    reg.RESOURCE_DETACH_BACKING,
    {
      size: 32,
      run: (request, pictures) => {
        const resource = pictures.find(request.getUint32(FIRST, true));
        if (resource === undefined) return reg.ERR_INVALID_RESOURCE_ID;
        if (resource.backing === undefined) return reg.ERR_UNSPEC;
        resource.backing = undefined;
        return reg.OK_NODATA;
      },
    },
  ],
]);

/** A copy from the guest that is under way: what is copied where. */
export interface Transfer {
  readonly resource: Resource;
  readonly rectangle: Rectangle;
  readonly offset: number;
}

/** What a request to copy means, or why it is refused. */
export function transferIn(request: DataView, pictures: Pictures): Transfer | number {
  const rectangle = rectangleIn(request);
  const offset = addressOf(
    request.getUint32(BEHIND_RECTANGLE, true),
    request.getUint32(BEHIND_RECTANGLE + 4, true),
  );
  const resource = pictures.find(request.getUint32(BEHIND_RECTANGLE + 8, true));
  if (resource === undefined) return reg.ERR_INVALID_RESOURCE_ID;
  if (resource.backing === undefined) return reg.ERR_UNSPEC;
  const isWithin =
    offset !== undefined &&
    resource.holds(rectangle) &&
    resource.reach(rectangle, offset) <= resource.backing.sizeBytes;
  return isWithin ? { resource, rectangle, offset } : reg.ERR_INVALID_PARAMETER;
}

/** Gives a picture the memory that a request names, entry by entry behind it. */
export function attachBacking(
  request: DataView,
  chain: DescriptorChain,
  memory: GuestMemory,
  pictures: Pictures,
): number {
  const resource = pictures.find(request.getUint32(FIRST, true));
  const count = request.getUint32(FIRST + 4, true);
  if (resource === undefined) return reg.ERR_INVALID_RESOURCE_ID;
  if (resource.backing !== undefined) return reg.ERR_UNSPEC;
  if (count > MOST_BACKING_ENTRIES) return reg.ERR_OUT_OF_MEMORY;
  const entries = new Uint8Array(reg.BACKING_ENTRY_SIZE * count);
  if (!chain.read(memory, reg.BACKING_SIZE, entries)) return reg.ERR_INVALID_PARAMETER;
  const view = new DataView(entries.buffer);
  const addresses: number[] = [];
  const lengths: number[] = [];
  for (let at = 0; at < entries.length; at += reg.BACKING_ENTRY_SIZE) {
    const address = addressOf(view.getUint32(at, true), view.getUint32(at + 4, true));
    const length = view.getUint32(at + 8, true);
    if (address === undefined) return reg.ERR_INVALID_PARAMETER;
    if (length === 0) continue;
    addresses.push(address);
    lengths.push(length);
  }
  resource.backing = new Backing({
    addresses: Float64Array.from(addresses),
    lengths: Float64Array.from(lengths),
  });
  return reg.OK_NODATA;
}
