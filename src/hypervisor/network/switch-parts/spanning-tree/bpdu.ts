/**
 * Bridge protocol data units as bytes (802.1D-2004, 9.3): what bridges say to their next.
 *
 *   01-80-c2-00-00-00 | own address | length | 42 42 03 | protocol 0, version, type, flags | root 8 | cost 4 | bridge 8 | port 2
 *   | message age, max age, hello time, forward delay: 2 each, in 256ths of a second | version 1 length 0
 */
import { u16, u32 } from '#base/big-endian';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import { destinationOf, macAt } from '../../ether-frame.ts';
import type { BridgeId, Times, Vector } from './vectors.ts';

const BRIDGES = 0x0180_c200_0000;
const LEAST_FRAME = 60;
/** Behind the addresses: length, LLC, then the unit. */
const LLC_AT = 14;
const UNIT_AT = 17;
const TYPE = { old: 0, change: 0x80, rapid: 2 } as const;
const BYTES = { change: 4, old: 35, rapid: 36 } as const;
const RAPID_VERSION = 2;
const TICK_NS: VirtualNs = NS_PER_S / 256;

const FLAG = { change: 1, proposal: 2, learning: 16, forwarding: 32, agreement: 64, changeAck: 128 } as const;
const ROLE_SHIFT = 2;

/** The role that the sender's port has; unknown to a bridge that speaks the old protocol. */
const ROLES = ['unknown', 'other', 'root', 'designated'] as const;
export type SaidRole = (typeof ROLES)[number];

/** The flags, each by its name. */
export interface Said {
  readonly role: SaidRole;
  readonly change: boolean;
  readonly changeAck: boolean;
  readonly proposal: boolean;
  readonly agreement: boolean;
  readonly learning: boolean;
  readonly forwarding: boolean;
}
/** What a port says of the tree. */
export interface Configuration extends Said {
  /** By the protocol of 802.1D-2004, or by that before it. */
  readonly kind: 'rapid' | 'old';
  readonly vector: Vector;
  readonly times: Times;
}
/** By the old protocol: the topology has changed. */
export interface ChangeNotice {
  readonly kind: 'change';
}
export type Bpdu = Configuration | ChangeNotice;

/** Whether a frame is a BPDU, whatever that says. */
export function isBpdu(bytes: Uint8Array): boolean {
  return (
    bytes.length >= UNIT_AT &&
    destinationOf(bytes) === BRIDGES &&
    u16(bytes, 12) < 0x600 &&
    bytes[LLC_AT] === 0x42 &&
    bytes[LLC_AT + 1] === 0x42 &&
    bytes[LLC_AT + 2] === 3
  );
}

/** What a BPDU says; nothing where it is none that 9.3.4 takes. */
export function readBpdu(bytes: Uint8Array): Bpdu | undefined {
  // The length of 802.3 says where padding begins.
  const end = LLC_AT + u16(bytes, 12);
  const length = Math.min(bytes.length, end) - UNIT_AT;
  if (end > bytes.length || length < BYTES.change || u16(bytes, UNIT_AT) !== 0) return undefined;
  const [version, type] = [bytes[UNIT_AT + 2]!, bytes[UNIT_AT + 3]!];
  if (type === TYPE.change) return { kind: 'change' };
  if (type === TYPE.old && length >= BYTES.old) return configuration(bytes, 'old');
  if (type === TYPE.rapid && version >= RAPID_VERSION && length >= BYTES.rapid)
    return configuration(bytes, 'rapid');
  return undefined;
}

function configuration(bytes: Uint8Array, kind: 'rapid' | 'old'): Configuration | undefined {
  const flags = bytes[UNIT_AT + 4]!;
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const time = (place: number): VirtualNs => u16(bytes, UNIT_AT + 27 + 2 * place) * TICK_NS;
  const times = { ageNs: time(0), maxAgeNs: time(1), helloNs: time(2), forwardDelayNs: time(3) };
  // Older than it may become: it goes round in a circle.
  if (times.ageNs >= times.maxAgeNs) return undefined;
  const vector = {
    root: bridgeAt(bytes, UNIT_AT + 5),
    cost: u32(bytes, UNIT_AT + 13),
    bridge: bridgeAt(bytes, UNIT_AT + 17),
    port: u16(bytes, UNIT_AT + 25),
  };
  const changes = { change: has(FLAG.change), changeAck: has(FLAG.changeAck) };
  if (kind === 'old') return { kind, vector, times, ...PLAIN, ...changes };
  const [proposal, agreement] = [has(FLAG.proposal), has(FLAG.agreement)];
  const [learning, forwarding] = [has(FLAG.learning), has(FLAG.forwarding)];
  const role = ROLES[(flags >> ROLE_SHIFT) & 3]!;
  return { kind, vector, times, ...changes, role, proposal, agreement, learning, forwarding };
}
/** Whoever sends a configuration of the old protocol is designated, and says no more. */
const PLAIN: Omit<Said, 'change' | 'changeAck'> = {
  ...{ role: 'designated', proposal: false, agreement: false, learning: false, forwarding: false },
};

/** A BPDU as a frame from an address. */
export function bpduFrame(from: number, bpdu: Bpdu): Uint8Array {
  const frame = new Uint8Array(LEAST_FRAME);
  const view = new DataView(frame.buffer);
  putMac(view, 0, BRIDGES);
  putMac(view, 6, from);
  view.setUint16(12, UNIT_AT - LLC_AT + BYTES[bpdu.kind]);
  frame.set([0x42, 0x42, 3], LLC_AT);
  frame[UNIT_AT + 2] = bpdu.kind === 'rapid' ? RAPID_VERSION : 0;
  frame[UNIT_AT + 3] = TYPE[bpdu.kind];
  if (bpdu.kind === 'change') return frame;
  frame[UNIT_AT + 4] = flagsOf(bpdu);
  const { root, cost, bridge, port } = bpdu.vector;
  putBridge(view, UNIT_AT + 5, root);
  view.setUint32(UNIT_AT + 13, Math.min(cost, 0xffff_ffff));
  putBridge(view, UNIT_AT + 17, bridge);
  view.setUint16(UNIT_AT + 25, port);
  const { ageNs, maxAgeNs, helloNs, forwardDelayNs } = bpdu.times;
  for (const [place, ns] of [ageNs, maxAgeNs, helloNs, forwardDelayNs].entries())
    view.setUint16(UNIT_AT + 27 + 2 * place, Math.round(ns / TICK_NS));
  return frame;
}

function flagsOf(said: Configuration): number {
  const changes = (said.change ? FLAG.change : 0) | (said.changeAck ? FLAG.changeAck : 0);
  if (said.kind === 'old') return changes;
  const more = (said.proposal ? FLAG.proposal : 0) | (said.agreement ? FLAG.agreement : 0);
  const state = (said.learning ? FLAG.learning : 0) | (said.forwarding ? FLAG.forwarding : 0);
  return changes | more | state | (ROLES.indexOf(said.role) << ROLE_SHIFT);
}

function bridgeAt(bytes: Uint8Array, at: number): BridgeId {
  return { priority: u16(bytes, at), mac: macAt(bytes, at + 2) };
}
function putMac(view: DataView, at: number, mac: number): void {
  view.setUint16(at, Math.floor(mac / 2 ** 32));
  view.setUint32(at + 2, mac % 2 ** 32);
}
function putBridge(view: DataView, at: number, { priority, mac }: BridgeId): void {
  view.setUint16(at, priority);
  putMac(view, at + 2, mac);
}
