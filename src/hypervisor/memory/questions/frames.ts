/** The allocator's list of frames, page by page, with its totals. */
import * as v from 'valibot';
import { type Gfn, gpaOf, type Spfn } from '#base/addresses';
import { FRAME_STATES, type FrameStateId } from '#base/catalogue/frame-states';
import { ok } from '#base/result';
import { type FrameOwner, frameOwnerOf, OWNER_FIRST_VM } from '#base/views';
import type { Host } from '../../host.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { COUNT } from '../../shapes/values.ts';
import { FIRST_FRAME } from '../frame-allocator.ts';

/** One frame of host RAM, from the allocator's own list. */
export interface FrameRow {
  readonly spfn: Spfn;
  readonly owner: FrameOwner;
  readonly state: FrameStateId;
  /** From the reverse map: where VMs see the frame. */
  readonly mappings: readonly { readonly vm: string; readonly gfn: Gfn; readonly permissions: string }[];
}

export interface FrameQuery {
  /** The first frame number (spfn) that may be in the answer. */
  readonly from: number;
  readonly count: number;
  readonly owner?: FrameOwner;
  readonly state?: FrameStateId;
}

export interface FramePage {
  readonly rows: readonly FrameRow[];
  /** Frames with this owner and state in all, whatever `from` and `count`. */
  readonly total: number;
  /** Totals over all frames, by owner and state, whatever the query. */
  readonly totals: readonly {
    readonly owner: FrameOwner;
    readonly state: FrameStateId;
    readonly count: number;
  }[];
}

const STATE_IDS: readonly FrameStateId[] = FRAME_STATES.map(({ id }) => id);

/** At most 1024 rows. */
export const frames: Question<'frames', FrameQuery, FramePage> = defineQuestion({
  id: 'frames',
  text: {
    en: "frames of the host's RAM from a number on: owner, state, and where VMs see them",
    zh: '从某个编号起的主机内存页框：所有者、状态，以及虚拟机在何处看到它们',
  },
  arguments: {
    from: COUNT,
    count: COUNT,
    owner: v.exactOptional(v.union([v.picklist(['free', 'hypervisor']), COUNT])),
    state: v.exactOptional(v.picklist(STATE_IDS)),
  },
  ask: (query, host) => ok(pageOf(host, query)),
});

const MOST_ROWS = 1024;

function stateOf(byte: number): FrameStateId {
  return FRAME_STATES[byte]?.id ?? 'free';
}

/** What a G-stage leaf permits; nothing while the page is not mapped. */
function permissionsOf(flags: number): string {
  const letter = (bit: number, text: string): string => (((flags >>> bit) & 1) === 1 ? text : '-');
  return letter(1, 'r') + letter(2, 'w') + letter(3, 'x');
}

/** Who maps a frame, and with which permissions its entry is now. */
function mappingsOf(host: Host, spfn: Spfn): FrameRow['mappings'] {
  return host.frames.users(spfn).flatMap(({ owner, guestFrame: gfn }) => {
    const vm = host.vmTable.at(owner - OWNER_FIRST_VM);
    if (vm === undefined) return [];
    return [{ vm: vm.spec.name, gfn, permissions: permissionsOf(vm.memory.flagsOf(gpaOf(gfn))) }];
  });
}

function pageOf(host: Host, query: FrameQuery): FramePage {
  const { owners, states, count } = host.frames;
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
      const spfn = (FIRST_FRAME + index) as Spfn;
      rows.push({ spfn, owner, state, mappings: state === 'page-table' ? [] : mappingsOf(host, spfn) });
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
