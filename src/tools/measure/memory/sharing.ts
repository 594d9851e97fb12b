/** How much of the memory of idle Linux VMs sharing gives back to the host, at its usual pace, and how soon. */
import { PAGE_SIZE } from '#base/addresses';
import { USUAL_SHARING } from '#base/catalogue/usual';
import { must } from '#base/fixtures/must';
import type { VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import { GuestFiles } from '#cli/guest-files';
import type { Host } from '#hypervisor/host';
import { UNBACKED } from '#hypervisor/memory/memslot';
import { softwareResolver } from '#lab/software';
import type { FigureGroup } from '../figure.ts';
import { hostOnNode, tell } from './host-on-node.ts';

const MIB = 1 << 20;
const S = 1000 * NS_PER_MS;
const VMS = ['one', 'two', 'three', 'four'] as const;
const MEMORY = 32 * MIB;
/** They have booted, and wait at their shells. */
const IDLE_AFTER_NS = 10 * S;
const LONGEST_NS = 60 * S;
const ENOUGH = { all: 0.85, nonZero: 0.55 };

const LINUX: readonly VmSpec[] = VMS.map((name) => ({
  ...{ name, image: { kind: 'builtin', name: 'linux-lab' }, memoryBytes: MEMORY, vcpus: 1 },
  ...{ allocation: 'fixed', disks: [], nics: [{ switch: 'lan' }], autostart: true },
}));

/** Parts of the VMs' memory, and of what of it is not zeros, for which no frame is needed. */
function reclaimed(host: Host): { all: number; nonZero: number } {
  const frames = new Set<number>();
  const nonZero = new Set<number>();
  let pages = 0;
  for (const { memory } of host.vms())
    for (const slot of memory.slots)
      for (const spfn of slot.frames) {
        if (spfn === UNBACKED) continue;
        frames.add(spfn);
        if (nonZero.has(spfn) || !host.machine.ram.isZeros(spfn * PAGE_SIZE, PAGE_SIZE)) {
          nonZero.add(spfn);
          pages += 1;
        }
      }
  return {
    all: 1 - frames.size / ((VMS.length * MEMORY) / PAGE_SIZE),
    nonZero: 1 - nonZero.size / pages,
  };
}

export const SHARING: FigureGroup = {
  id: 'sharing',
  async measure({ say }) {
    const files = new GuestFiles('.');
    must(files.load(LINUX));
    const host = hostOnNode(LINUX, softwareResolver(files), { ramBytes: 192 * MIB, harts: 2 });
    host.advance(IDLE_AFTER_NS);
    tell(host, 'host.setSharing', { on: true, ...USUAL_SHARING });
    let now = { all: 0, nonZero: 0 };
    let after = 0;
    while (after < LONGEST_NS && (now.all < ENOUGH.all || now.nonZero < ENOUGH.nonZero)) {
      after += S;
      host.advance(IDLE_AFTER_NS + after);
      now = reclaimed(host);
      say(
        `after ${after / S} s: ${percent(now.all)} % of all, ${percent(now.nonZero)} % of what is not zeros`,
      );
    }
    const reachedS = after / S;
    const spent = host.management.spentNs('sharing') / after;
    host.advance(IDLE_AFTER_NS + LONGEST_NS);
    now = reclaimed(host);
    return [
      { name: '4 Linux VMs: memory reclaimed by sharing', value: percent(now.all) },
      { name: '4 Linux VMs: non-zero memory reclaimed', value: percent(now.nonZero) },
      { name: '4 Linux VMs: both are reached after', value: reachedS },
      { name: '4 Linux VMs: of a physical CPU meanwhile', value: percent(spent) },
    ];
  },
};

function percent(part: number): number {
  return Math.round(part * 1000) / 10;
}
