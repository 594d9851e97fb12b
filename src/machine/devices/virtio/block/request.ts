/**
 * What a driver asks of a disk: a chain, and what was read of it, once, and checked. Beyond `readRequest` its values are trusted.
 */
import { addressOf } from '#base/addresses';
import type { DriveOp } from '../../disk/drive.ts';
import type { GuestMemory } from '../../guest-memory.ts';
import { DescriptorChain, type Reach } from '../descriptor-chain.ts';
import * as reg from './registers.ts';

/** Largest segment: with as many as a queue holds, a request moves 4 MiB at most. */
export const SIZE_MAX: number = 32 * 1024;
export const SEG_MAX: number = reg.QUEUE_SIZE - 2;
const REQUEST_LIMIT: number = SIZE_MAX * SEG_MAX;
/** Largest range of a discard or a write of zeros. */
export const RANGE_LIMIT: number = 1 << 30;
/** Header and data, data and status. */
export const REACH: Reach = { readable: reg.HEADER_SIZE + REQUEST_LIMIT, writable: REQUEST_LIMIT + 1 };

/** A place for one request after the other. */
export class BlockRequest {
  chain: DescriptorChain = new DescriptorChain(reg.QUEUE_SIZE);
  isActive = false;
  /** It could not be served, and waits for its VM to go on. */
  isHeld = false;
  /** Requests that the device took before it. */
  sequence = 0;
  type = 0;
  /** Range on the disk. */
  offset = 0;
  length = 0;
}

const header = new Uint8Array(reg.HEADER_SIZE);
const headerView: DataView = new DataView(header.buffer);
const range = new Uint8Array(reg.RANGE_SIZE);
const rangeView: DataView = new DataView(range.buffer);

/** What becomes of a request: it takes its time at the drive, it is answered at once, or there is no way to answer. */
export type Reading = 'served' | 'ok' | 'failed' | 'unsupported' | 'unanswerable';

/** Reads what a request asks for, each field once. */
export function readRequest(
  request: BlockRequest,
  memory: GuestMemory,
  disk: { readonly sizeBytes: number; readonly readOnly: boolean },
): Reading {
  const { chain } = request;
  if (chain.writable < 1 || !chain.read(memory, 0, header)) return 'unanswerable';
  request.type = headerView.getUint32(0, true);
  request.offset = bytesOf(headerView, 8);
  request.length = 0;
  switch (request.type) {
    case reg.T_IN:
      request.length = chain.writable - 1;
      break;
    case reg.T_OUT:
      request.length = chain.readable - reg.HEADER_SIZE;
      break;
    case reg.T_FLUSH:
      request.offset = 0;
      return 'served';
    case reg.T_GET_ID:
      return 'ok';
    case reg.T_DISCARD:
    case reg.T_WRITE_ZEROES:
      return readRange(request, memory, disk);
    default:
      return 'unsupported';
  }
  if (request.type === reg.T_OUT && disk.readOnly) return 'failed';
  return request.length <= REQUEST_LIMIT && isLegal(request, disk.sizeBytes) ? 'served' : 'failed';
}

/** One range, as the configuration space says; flags that mean nothing are told before anything else that is wrong (§5.2.6.2). */
function readRange(
  request: BlockRequest,
  memory: GuestMemory,
  disk: { readonly sizeBytes: number; readonly readOnly: boolean },
): Reading {
  const { chain, type } = request;
  if (chain.readable !== reg.HEADER_SIZE + reg.RANGE_SIZE) return 'failed';
  if (!chain.read(memory, reg.HEADER_SIZE, range)) return 'failed';
  const flags = rangeView.getUint32(12, true);
  const legal = type === reg.T_WRITE_ZEROES ? reg.RANGE_UNMAP : 0;
  if ((flags & ~legal) !== 0) return 'unsupported';
  if (disk.readOnly) return 'failed';
  request.offset = bytesOf(rangeView, 0);
  request.length = rangeView.getUint32(8, true) * reg.SECTOR_SIZE;
  return request.length <= RANGE_LIMIT && isLegal(request, disk.sizeBytes) ? 'served' : 'failed';
}

/** The byte at which a sector begins; -1 for one that no number holds. */
function bytesOf(view: DataView, at: number): number {
  const sector = addressOf(view.getUint32(at, true), view.getUint32(at + 4, true));
  const offset = (sector ?? -1) * reg.SECTOR_SIZE;
  return Number.isSafeInteger(offset) && offset >= 0 ? offset : -1;
}

function isLegal({ offset, length }: BlockRequest, sizeBytes: number): boolean {
  return offset >= 0 && length > 0 && length % reg.SECTOR_SIZE === 0 && offset + length <= sizeBytes;
}

/** What a drive is asked for a type of request that it serves. */
export function opOf(type: number): DriveOp {
  switch (type) {
    case reg.T_OUT:
      return 'write';
    case reg.T_FLUSH:
      return 'flush';
    case reg.T_DISCARD:
      return 'discard';
    case reg.T_WRITE_ZEROES:
      return 'write-zeroes';
    default:
      return 'read';
  }
}
