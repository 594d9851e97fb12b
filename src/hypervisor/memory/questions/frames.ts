/** The allocator's list of frames, page by page, with its totals. */
import * as v from 'valibot';
import { type Gfn, gpaOf, type Spfn } from '#base/addresses';
import { heatIn, NO_WARMTH } from '#base/catalogue/frame-ages';
import { FRAME_STATES, type FrameStateId } from '#base/catalogue/frame-states';
import { ok } from '#base/result';
import { type FrameOwner, frameOwnerOf, OWNER_FIRST_VM } from '#base/views';
import type { Host } from '../../host.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { COUNT } from '../../shapes/values.ts';
import { FIRST_FRAME, FRAME_PAGE_TABLE } from '../frame-allocator.ts';
import { ageOfFrame, agesOf, marksOf, marksOfFrame } from './frame-marks.ts';

/** One frame of host RAM, from the allocator's own list. */
export interface FrameRow {
  readonly spfn: Spfn;
  readonly owner: FrameOwner;
  readonly state: FrameStateId;
  /** Bits of `FRAME_MARKS`. */
  readonly marks: number;
  /** Of the access log (base/catalogue/frame-ages.ts); 0 while it is off. */
  readonly age: number;
  /** From the reverse map: where VMs see the frame. */
  readonly mappings: readonly { readonly vm: string; readonly gfn: Gfn; readonly permissions: string }[];
}

/** What rows can be put in order by; equal ones stay in the order of their numbers. */
export const FRAME_ORDERS = ['frame', 'owner', 'state', 'use', 'age', 'heat', 'mappings'] as const;
export type FrameOrder = (typeof FRAME_ORDERS)[number];

export interface FrameQuery {
  /** The first frame number (spfn) that may be in the answer. */
  readonly from: number;
  readonly count: number;
  readonly owner?: FrameOwner;
  readonly state?: FrameStateId;
  /** By frame number, ascending, unless said. */
  readonly order?: FrameOrder;
  readonly descending?: boolean;
  /** Rows in this order that are left out before the first. */
  readonly skip?: number;
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
    zh: '从某个编号起的主机内存页帧：所有者、状态，以及虚拟机在何处看到它们',
  },
  arguments: {
    from: COUNT,
    count: COUNT,
    owner: v.exactOptional(v.union([v.picklist(['free', 'hypervisor']), COUNT])),
    state: v.exactOptional(v.picklist(STATE_IDS)),
    order: v.exactOptional(v.picklist(FRAME_ORDERS)),
    descending: v.exactOptional(v.boolean()),
    skip: v.exactOptional(COUNT),
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

/** What a frame is put in order by: a byte. */
function keysOf(host: Host, order: FrameOrder): (index: number) => number {
  const { owners, states } = host.frames;
  switch (order) {
    case 'frame':
      return () => 0;
    case 'owner':
      return (index) => owners[index]!;
    case 'state':
      return (index) => states[index]!;
    case 'use': {
      const marks = marksOf(host);
      return (index) => marks[index]!;
    }
    case 'age': {
      const ages = agesOf(host);
      // What nothing is known of comes after what was never accessed.
      return (index) => ((ages?.[index] ?? NO_WARMTH) === NO_WARMTH ? LAST_KEY : ages![index]! >> 4);
    }
    case 'heat': {
      const ages = agesOf(host);
      return (index) => heatIn(ages?.[index] ?? NO_WARMTH);
    }
    case 'mappings':
      return (index) =>
        states[index] === FRAME_PAGE_TABLE
          ? 0
          : Math.min(LAST_KEY, host.frames.userCount((FIRST_FRAME + index) as Spfn));
  }
}
const LAST_KEY = 255;

/** Of some frames, those at places of an order, by counting how many have each key. */
function* inOrder(
  chosen: readonly number[],
  keyOf: (index: number) => number,
  isDescending: boolean,
  skip: number,
  most: number,
): Generator<number> {
  const keys = Uint8Array.from(chosen, keyOf);
  const counts = new Uint32Array(LAST_KEY + 1);
  for (const key of keys) counts[key]! += 1;
  let left = skip;
  let given = 0;
  for (let step = 0; step <= LAST_KEY && given < most; step++) {
    const key = isDescending ? LAST_KEY - step : step;
    const count = counts[key]!;
    if (left >= count) {
      left -= count;
      continue;
    }
    for (let at = 0; at < chosen.length && given < most; at++) {
      if (keys[at] !== key) continue;
      if (left > 0) {
        left -= 1;
        continue;
      }
      given += 1;
      yield chosen[at]!;
    }
  }
}

function pageOf(host: Host, query: FrameQuery): FramePage {
  const { owners, states, count } = host.frames;
  const { order = 'frame', descending = false, skip = 0 } = query;
  const totals = new Map<number, number>();
  const chosen: number[] = [];
  const from = Math.max(0, Math.floor(query.from));
  const most = Math.min(MOST_ROWS, Math.max(0, Math.floor(query.count)));
  const isCut = order === 'frame' && !descending;
  let total = 0;
  for (let index = 0; index < count; index++) {
    const ownerByte = owners[index] ?? 0;
    const stateByte = states[index] ?? 0;
    const key = ownerByte * 256 + stateByte;
    totals.set(key, (totals.get(key) ?? 0) + 1);
    if (query.owner !== undefined && query.owner !== frameOwnerOf(ownerByte)) continue;
    if (query.state !== undefined && query.state !== stateOf(stateByte)) continue;
    total += 1;
    // In their own order no more are needed than are told of.
    const isWanted = FIRST_FRAME + index >= from && !(isCut && chosen.length >= skip + most);
    if (isWanted) chosen.push(index);
  }
  if (order === 'frame' && descending) chosen.reverse();
  const rows = [...inOrder(chosen, keysOf(host, order), descending, skip, most)];
  return {
    rows: rows.map((index) => rowOf(host, index)),
    total,
    totals: [...totals].sort(byOwnerAndState).map(([key, number]) => ({
      owner: frameOwnerOf(key >> 8) satisfies FrameOwner,
      state: stateOf(key & 255),
      count: number,
    })),
  };
}

/** VMs in their order, then the hypervisor, then what is free; the states of each in the order of their table. */
function byOwnerAndState([a]: readonly [number, number], [b]: readonly [number, number]): number {
  const ofVm = (key: number): boolean => typeof frameOwnerOf(key >> 8) === 'number';
  if (ofVm(a) !== ofVm(b)) return ofVm(a) ? -1 : 1;
  return ofVm(a) || a >> 8 === b >> 8 ? a - b : b - a;
}

function rowOf(host: Host, index: number): FrameRow {
  const spfn = (FIRST_FRAME + index) as Spfn;
  const state = stateOf(host.frames.states[index] ?? 0);
  return {
    ...{ spfn, owner: frameOwnerOf(host.frames.owners[index] ?? 0), state },
    marks: marksOfFrame(host, spfn),
    age: host.management.accessLog.isOn ? ageOfFrame(host, index) : NO_WARMTH,
    mappings: state === 'page-table' ? [] : mappingsOf(host, spfn),
  };
}
