/** Tags of 802.1Q at a router's port: each VLAN is another interface. */
import { TAG_BYTES } from '../../headers.ts';
import { u16 } from '../gateway/wire/bytes.ts';

const [TYPE_AT, TAG] = [12, 0x8100];

/** The VLAN whose tag a frame bears; 0 without one, or with a priority alone; -1 where it is cut short. */
export function tagOf(frame: Uint8Array): number {
  if (frame.length < TYPE_AT + 2 || u16(frame, TYPE_AT) !== TAG) return 0;
  return frame.length < TYPE_AT + TAG_BYTES + 2 ? -1 : u16(frame, TYPE_AT + 2) & 0xfff;
}
