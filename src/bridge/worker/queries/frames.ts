/** The allocator's list of frames, page by page, with its totals. */
import { FRAME_STATES, type FrameStateId } from '#base/catalogue/frame-states';
import type { FramePage, FrameQuery, FrameRow } from '#bridge/protocol/answers';
import { type FrameOwner, frameOwnerOf } from '#bridge/protocol/views';
import type { Host, Vm } from '#hypervisor/host';

const MOST_ROWS = 1024;
const FIRST_FRAME = 0x8_0000;
const PAGE = 4096;
/** Owners from this byte on are VMs, by slot. */
const FIRST_VM = 16;

function stateOf(byte: number): FrameStateId {
  return FRAME_STATES[byte]?.id ?? 'free';
}

/** What a G-stage leaf permits; nothing while the page is not mapped. */
function permissionsOf(flags: number): string {
  const letter = (bit: number, text: string): string => (((flags >>> bit) & 1) === 1 ? text : '-');
  return letter(1, 'r') + letter(2, 'w') + letter(3, 'x');
}

/** Who maps a frame, and with which permissions its entry is now. */
function mappingsOf(host: Host, spfn: number, vms: ReadonlyMap<number, Vm>): FrameRow['mappings'] {
  return host.frames.users(spfn).flatMap(({ owner, guestFrame: gfn }) => {
    const vm = vms.get(owner - FIRST_VM);
    if (vm === undefined) return [];
    return [{ vm: vm.spec.name, gfn, permissions: permissionsOf(vm.memory.flagsOf(gfn * PAGE)) }];
  });
}

export function frames(host: Host, query: FrameQuery): FramePage {
  const { owners, states, count } = host.frames;
  const vms = new Map(host.vms().map((vm) => [vm.slot, vm]));
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
      const mappings = state === 'page-table' ? [] : mappingsOf(host, FIRST_FRAME + index, vms);
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
