/**
 * What the scanner costs VMs whose pages it can never share: they write contents that nothing compresses. Two hosts are alive in one
 * process and run in turns, one with the scanner and one without; what counts is instructions per second of this process.
 */

import { RAM_BASE } from '#base/addresses';
import { USUAL_SHARING } from '#base/catalogue/usual';
import type { VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import { bareVm, softwareOf } from '../cpu/bare-host.ts';
import { type FigureGroup, rounded } from '../figure.ts';
import { speedBeside } from '../paired-speed.ts';
import { hostOnNode } from './host-on-node.ts';

const MIB = 1 << 20;
const VMS = ['one', 'two', 'three', 'four'] as const;
const MEMORY = 16 * MIB;
const TURN_NS = 2_000 * NS_PER_MS;
/** The pages have been written and the VMs' code is translated after the second, but Node compiles what both run for a second or so. */
const WARM_TURNS = 15;
const PAIRS = 10;

/** Writes an xorshift64 sequence over 12 MiB, again and again; the seed is made of the device tree, which has one for each VM. */
const WRITER = `
  li t0, 1
  addi t1, a1, 1024
seed:
  ld t2, 0(a1)
  slli t3, t0, 5
  sub t0, t3, t0
  add t0, t0, t2
  addi a1, a1, 8
  bltu a1, t1, seed
  ori t0, t0, 1
  li t3, ${RAM_BASE + 2 * MIB}
  li t4, ${RAM_BASE + 14 * MIB}
again:
  mv t1, t3
write:
  slli t2, t0, 13
  xor t0, t0, t2
  srli t2, t0, 7
  xor t0, t0, t2
  slli t2, t0, 17
  xor t0, t0, t2
  sd t0, 0(t1)
  addi t1, t1, 8
  bltu t1, t4, write
  j again
`;

const SOFTWARE = softwareOf({ writer: WRITER });
const SPECS: readonly VmSpec[] = VMS.map((name) => ({
  ...bareVm(name, 'writer'),
  ...{ memoryBytes: MEMORY, allocation: 'fixed', append: name },
}));

export const SCANNER_COST: FigureGroup = {
  id: 'scanner-cost',
  async measure({ say }) {
    const size = { ramBytes: 96 * MIB, harts: 2 };
    const without = hostOnNode(SPECS, SOFTWARE, size);
    const scanned = hostOnNode(SPECS, SOFTWARE, { ...size, memory: { sharing: USUAL_SHARING } });
    const speed = speedBeside(without, scanned, { turnNs: TURN_NS, warm: WARM_TURNS, pairs: PAIRS, say });
    const { looked, merged } = scanned.management.sharing.counts;
    if (looked < VMS.length * (MEMORY / 4096) || merged > looked / 2)
      throw new Error('the scanner had other work than meant');
    return [{ name: '4 writing VMs: speed with the scanner on', value: rounded(speed, 1) }];
  },
};
