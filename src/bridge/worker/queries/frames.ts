/** The allocator's list of frames, page by page, with its totals. */
import { FRAME_STATES, type FrameStateId } from '#base/catalogue/frame-states';
import type { FramePage, FrameQuery, FrameRow } from '#bridge/protocol/answers';
import { type FrameOwner, frameOwnerOf } from '#bridge/protocol/views';
import type { Host } from '#hypervisor/host';

const MOST_ROWS = 1024;
const FIRST_FRAME = 0x8_0000;
/** Permissions of RAM in G-stage leaves: read, write, execute. */
const RAM_PERMISSIONS = 'rwx';

function stateOf(byte: number): FrameStateId {
  return FRAME_STATES[byte]?.id ?? 'free';
}

export function frames(host: Host, query: FrameQuery): FramePage {
  const { owners, states, guestFrames, count } = host.frames;
  const names = new Map(host.vms().map((vm) => [vm.slot, vm.spec.name]));
  const totals = new Map<number, number>();
  const rows: FrameRow[] = [];
  const from = Math.max(0, Math.floor(query.from));
  const most = Math.min(MOST_ROWS, Math.max(0, Math.floor(query.count)));
  let total = 0;
  for (let index = 0; index < count; index++) {
    const ownerByte = owners[index] ?? 0;
    const stateByte = states[index] ?? 0;
    const key = ownerByte * 256 + stateByte;
    totals.set(key, (totals.get(key) ?? 0) + 1);
    const owner = frameOwnerOf(ownerByte);
    const state = stateOf(stateByte);
    if (query.owner !== undefined && query.owner !== owner) continue;
    if (query.state !== undefined && query.state !== state) continue;
    if (FIRST_FRAME + index >= from && rows.length < most) {
      const vm = typeof owner === 'number' ? names.get(owner) : undefined;
      const mappings =
        vm !== undefined && state === 'data'
          ? [{ vm, gfn: guestFrames[index] ?? 0, permissions: RAM_PERMISSIONS }]
          : [];
      rows.push({ spfn: FIRST_FRAME + index, owner, state, mappings });
    }
    total += 1;
  }
  return {
    rows,
    total,
    totals: [...totals].map(([key, number]) => ({
      owner: frameOwnerOf(key >> 8) satisfies FrameOwner,
      state: stateOf(key & 255),
      count: number,
    })),
  };
}
