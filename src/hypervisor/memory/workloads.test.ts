/** Workloads of the teaching kernel for memory, as the A and D bits of the G-stage see them. */
import { expect, test } from 'vitest';
import { PTE_A, PTE_D } from '#machine/page-tables/page-table-entry';
import { bootHost, consoleText, shellVm, type, vmOf } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';

const MS = 1_000_000;
const MIB = 1 << 20;

function running(command: string): Host {
  const host = bootHost([shellVm('a', { memoryBytes: 8 * MIB, nics: [] })]);
  host.advance(100 * MS);
  type(host, 'a', `${command}\n`);
  host.advance(host.now + 1000 * MS);
  return host;
}

/** Pages whose bit is found set, in each of some spans of time. */
function harvested(host: Host, bit: 'accessed' | 'dirty', spanMs: number, spans: number): number[] {
  const { memory } = vmOf(host);
  const [slot] = memory.slots;
  const harvest = (): number => {
    let pages = 0;
    if (bit === 'dirty') memory.harvest(slot!, PTE_D, () => pages++);
    else memory.harvest(slot!, PTE_A, () => pages++);
    return pages;
  };
  harvest();
  return Array.from({ length: spans }, () => {
    host.advance(host.now + spanMs * MS);
    return harvest();
  });
}

test('dirty writes to so many pages a second, steadily', () => {
  const idle = harvested(running('dirty 0'), 'dirty', 500, 3);
  for (const pages of harvested(running('dirty 1000 400'), 'dirty', 500, 4)) {
    // Besides, the kernel's own: what an idle one writes, stack and tables of the process.
    expect(pages).toBeGreaterThanOrEqual(198);
    expect(pages).toBeLessThanOrEqual(202 + idle[0]! + 12);
  }
});

test('and to no more pages than it was given', () => {
  for (const pages of harvested(running('dirty 100 4000'), 'dirty', 500, 3)) {
    expect(pages).toBeGreaterThanOrEqual(100);
    expect(pages).toBeLessThanOrEqual(115);
  }
});

test('wss reads all its pages in every span, and writes to none', () => {
  const host = running('wss 500');
  expect(consoleText(vmOf(host))).toContain('wss: 500 pages are filled and read back');
  for (const pages of harvested(host, 'accessed', 200, 3)) {
    expect(pages).toBeGreaterThanOrEqual(500);
    expect(pages).toBeLessThanOrEqual(540);
  }
  for (const pages of harvested(host, 'dirty', 200, 3)) expect(pages).toBeLessThan(20);
});

test('wss notices when a page does not hold what was written to it', () => {
  const host = running('wss 100');
  const { memory, ram } = vmOf(host);
  const [slot] = memory.slots;
  // A page of the set: incompressible, of which there are no others.
  const page = slot!.frames.findLastIndex((frame) => frame !== 0 && ram.u32(frame * 4096 + 4092) !== 0);
  ram.fill(slot!.frames[page]! * 4096, 4096, 0);
  host.advance(host.now + 500 * MS);
  expect(consoleText(vmOf(host))).toContain('does not hold what was written to it');
});

test('what makes no sense is answered by how the commands are used', () => {
  const host = running('dirty 5; wss 1 2; dirty x 1; balloon now; balloon');
  const said = consoleText(vmOf(host));
  expect(said).toContain('usage: dirty PAGES PER_SECOND');
  expect(said).toContain('usage: wss PAGES');
  expect(said).toContain("dirty: PAGES must be a number from 0 to 131072, not 'x'");
  expect(said).toContain('usage: balloon [follow | refuse]');
  expect(said).toContain('balloon: this machine has none');
});
