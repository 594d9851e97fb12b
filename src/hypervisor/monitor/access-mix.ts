/**
 * How many of the instructions of a host, or of one of its VMs, load and store: an estimate from the samples of where its harts were found, since
 * to count hits of a TLB would cost more than the hits. For people to look at.
 */
import { PAGE_SIZE } from '#base/addresses';
import { decode } from '#isa/decode';
import type { Host } from '../host.ts';
import { FIRST_FRAME } from '../memory/frame-allocator.ts';

type Access = 'load' | 'store' | 'none';

/** Instructions seen before; programs have few different ones. */
const known = new Map<number, Access>();
const MOST_KNOWN = 1 << 16;

function accessOf(raw: number): Access {
  const decoded = decode(raw);
  if (decoded === undefined) return 'none';
  const { effect, name } = decoded.instruction;
  if (effect.kind === 'load' || name.startsWith('lr.')) return 'load';
  // To the TLB an AMO is a store (privileged spec, 10.3.2: "store/AMO").
  return effect.kind === 'store' || name.startsWith('sc.') || name.startsWith('amo') ? 'store' : 'none';
}

function classOf(raw: number): Access {
  let access = known.get(raw);
  if (access === undefined) {
    if (known.size === MOST_KNOWN) known.clear();
    access = accessOf(raw);
    known.set(raw, access);
  }
  return access;
}

/**
 * Loads and stores per instruction; nothing while there are no samples.
 * @param owner whose instructions: those in frames of which it is the first user; all of them unless said
 */
export function accessMix(
  { heat, machine, frames }: Host,
  owner?: number,
): { readonly load: number; readonly store: number } | undefined {
  const counts = { load: 0, store: 0, none: 0 };
  heat.forEach((spa, samples) => {
    if (!machine.ram.holds(spa, 2)) return;
    if (owner !== undefined && frames.owners[Math.floor(spa / PAGE_SIZE) - FIRST_FRAME] !== owner) return;
    const low = machine.ram.u16(spa);
    const isLong = (low & 3) === 3;
    if (isLong && !machine.ram.holds(spa + 2, 2)) return;
    const raw = isLong ? low + machine.ram.u16(spa + 2) * 0x1_0000 : low;
    counts[classOf(raw)] += samples;
  });
  const all = counts.load + counts.store + counts.none;
  return all === 0 ? undefined : { load: counts.load / all, store: counts.store / all };
}
