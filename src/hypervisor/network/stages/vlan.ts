/**
 * Virtual networks of a port (802.1Q). Inside the switch frames are untagged, and their domain is their VLAN.
 *
 *   … | type or length …            untagged: the VLAN of the port (access), the native one (trunk)
 *   … | 8100 | PCP · DEI · VID | type …    VID 0: a priority and no VLAN; 1 to 4094: that VLAN; 4095: reserved
 *
 * Tags within tags are not offered: an access port gives and takes none, and a trunk carries an inner one as bytes, but lets it out
 * by no port that would take off the outer one: the next switch would take the inner one for its own (VLAN hopping).
 */

import * as v from 'valibot';
import { u16 } from '#base/big-endian';
import { LIMITS } from '#base/catalogue/limits';
import type { Counters } from '#machine/devices/counters';
import { isTagType, TAG_BYTES } from '../headers.ts';
import { defineStage, type PortStage, type StageKind, type Transit } from './stage.ts';

const TAG = 0x8100;
/** Where a tag stands: behind the addresses. */
const TAG_AT = 12;

const Vid = v.pipe(v.number(), v.integer(), v.minValue(LIMITS.vlans.least), v.maxValue(LIMITS.vlans.most));

const ROWS = [
  {
    id: 'tagged',
    unit: 'count',
    text: { en: 'tagged, at an access port', zh: '接入端口收到带标签的帧' },
  },
  {
    id: 'untagged',
    unit: 'count',
    text: { en: 'untagged, at a trunk without a native VLAN', zh: '干道未设本征 VLAN 却收到无标签的帧' },
  },
  {
    id: 'notAllowed',
    unit: 'count',
    text: { en: 'a VLAN that the trunk does not carry', zh: '干道不承载该 VLAN' },
  },
  {
    id: 'badTag',
    unit: 'count',
    text: { en: 'a tag cut short, or a reserved VLAN', zh: '标签不完整或 VLAN 号为保留值' },
  },
  { id: 'innerTag', unit: 'count', text: { en: 'a tag within a tag', zh: '标签中还有标签' } },
  { id: 'foreign', unit: 'count', text: { en: 'of another VLAN', zh: '属于其他 VLAN' } },
  { id: 'tooLong', unit: 'count', text: { en: 'no room for the tag', zh: '加标签后过长' } },
] as const;
type Counter = (typeof ROWS)[number]['id'];

/** A copy of a frame without its tag. */
export function withoutTag(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.length - TAG_BYTES);
  copy.set(bytes.subarray(0, TAG_AT));
  copy.set(bytes.subarray(TAG_AT + TAG_BYTES), TAG_AT);
  return copy;
}

/** A copy of a frame with a tag. */
export function withTag(bytes: Uint8Array, vlan: number, priority: number): Uint8Array {
  const copy = new Uint8Array(bytes.length + TAG_BYTES);
  copy.set(bytes.subarray(0, TAG_AT));
  copy.set([TAG >> 8, TAG & 255, (priority << 5) | (vlan >> 8), vlan & 255], TAG_AT);
  copy.set(bytes.subarray(TAG_AT), TAG_AT + TAG_BYTES);
  return copy;
}

interface VlanSettings {
  readonly access?: number | undefined;
  readonly trunk?: readonly number[] | undefined;
  readonly native?: number | undefined;
}

class Vlan implements PortStage {
  /** VLAN of frames without one; 0: they end here. */
  readonly #own: number;
  readonly #isTrunk: boolean;
  /** Those that the port carries; all where a trunk names none. */
  readonly #allowed: ReadonlySet<number> | undefined;
  readonly #counters: Counters<Counter>;

  constructor({ access, trunk, native }: VlanSettings, counters: Counters<Counter>) {
    this.#isTrunk = access === undefined;
    this.#own = access ?? native ?? 0;
    // What is native to a trunk, it carries.
    const carried = this.#isTrunk
      ? [...(trunk ?? []), ...(native === undefined ? [] : [native])]
      : [this.#own];
    this.#allowed = this.#isTrunk && (trunk ?? []).length === 0 ? undefined : new Set(carried);
    this.#counters = counters;
  }

  carries(domain: number): boolean {
    return this.#allowed === undefined ? domain !== 0 : this.#allowed.has(domain);
  }

  ingress(frame: Transit): boolean {
    const { bytes } = frame;
    const type = u16(bytes, TAG_AT);
    if (type === TAG) return this.#tagged(frame);
    if (isTagType(type) && !this.#isTrunk) return this.#end('tagged');
    return this.#into(frame, this.#own, 'untagged');
  }

  #tagged(frame: Transit): boolean {
    const { bytes } = frame;
    if (bytes.length < TAG_AT + TAG_BYTES + 2) return this.#end('badTag');
    const tag = u16(bytes, TAG_AT + 2);
    const vid = tag & 0xfff;
    if (vid > LIMITS.vlans.most) return this.#end('badTag');
    if (!this.#isTrunk && vid !== 0) return this.#end('tagged');
    // A priority tag is one for the port's own VLAN; nobody takes two off.
    const hasInner = isTagType(u16(bytes, TAG_AT + TAG_BYTES));
    if (hasInner && (!this.#isTrunk || vid === 0)) return this.#end('innerTag');
    if (!this.#into(frame, vid === 0 ? this.#own : vid, 'untagged')) return false;
    frame.priority = tag >> 13;
    frame.bytes = withoutTag(bytes);
    return true;
  }

  #into(frame: Transit, vlan: number, without: Counter): boolean {
    if (vlan === 0) return this.#end(without);
    if (!this.carries(vlan)) return this.#end('notAllowed');
    frame.domain = vlan;
    return true;
  }

  egress(frame: Transit): boolean {
    const { bytes, domain, priority } = frame;
    if (!this.carries(domain)) return this.#end('foreign');
    if (domain === this.#own) return !isTagType(u16(bytes, TAG_AT)) || this.#end('innerTag');
    if (bytes.length + TAG_BYTES > LIMITS.etherFrameBytes.most) return this.#end('tooLong');
    frame.bytes = withTag(bytes, domain, priority);
    return true;
  }

  #end(why: Counter): false {
    this.#counters[why] += 1;
    return false;
  }
}

export const VLAN: StageKind = defineStage({
  id: 'vlan',
  isUsual: false,
  settings: {
    /** The one VLAN of an access port. */
    access: v.optional(Vid),
    /** Those that a trunk carries, tagged; all unless it names some. Of a port that is no access port. */
    trunk: v.optional(v.pipe(v.array(Vid), v.maxLength(256))),
    /** Of a trunk: the VLAN whose frames are untagged; without it untagged frames end at the port. */
    native: v.optional(Vid),
  },
  counters: ROWS,
  create: (settings, _port, counters) => new Vlan(settings, counters),
});
