/** VMs that are suspended in Chromium and resumed on Node, and the reverse, at instants of no pattern: each is the same there. */
import { must } from '#base/fixtures/must';
import { randomNumbers } from '#base/fixtures/random-numbers';
import { NS_PER_MS } from '#base/virtual-time';
import { snapshotHash } from '#hypervisor/snapshot/file';
import { requirement } from '../../prerequisites.ts';
import type { FigureGroup } from '../figure.ts';
import { type LabOnNode, labOnNode } from './lab-on-node.ts';
import { LabPage, type Traveller } from './page.ts';

/** Where VMs are suspended: the teaching kernel and Linux. */
const FROM = 'first-visit';
const VMS = ['teach-1', 'linux-3'] as const;
/** Where none of these is. */
const TO = 'busy-neighbour';
/** Of each VM. */
const JOURNEYS = 5;
/** The longest time between two. */
const LONGEST_NS = 700 * NS_PER_MS;

/** The hash of a VM that is resumed on Node, and taken out again. */
async function resumeOnNode({ lab, files }: LabOnNode, vm: string, file: Uint8Array): Promise<string> {
  files.give('traveller.vm', file);
  const args = { vm, file: 'traveller.vm', hash: snapshotHash(file) };
  must(await lab.execute(0, { op: 'vm.moveIn', args }));
  const { value } = must(await lab.answer(0, 'vm-hash', { vm }));
  must(await lab.execute(0, { op: 'vm.powerOff', args: { vm } }));
  must(await lab.execute(0, { op: 'vm.delete', args: { vm } }));
  return value;
}

async function suspendOnNode({ lab }: LabOnNode, vm: string, atNs: number): Promise<Traveller> {
  await lab.advance(atNs);
  const { value: file } = must(await lab.answer(0, 'vm-file', { vm }));
  return { file, hash: must(await lab.answer(0, 'vm-hash', { vm })).value };
}

/** How many of all journeys end with another hash. */
async function lost(
  suspend: (vm: string, atNs: number) => Promise<Traveller>,
  resume: (vm: string, file: Uint8Array) => Promise<string>,
): Promise<number> {
  const random = randomNumbers(7);
  let wrong = 0;
  let atNs = 1000 * NS_PER_MS;
  for (let journey = 0; journey < JOURNEYS; journey++)
    for (const vm of VMS) {
      atNs += 1 + random(LONGEST_NS);
      const { file, hash } = await suspend(vm, atNs);
      if ((await resume(vm, file)) !== hash) wrong += 1;
    }
  return wrong;
}

export const TRAVEL: FigureGroup = {
  id: 'travel',
  async measure() {
    const { path } = requirement('browser');
    if (path === undefined) throw new Error('no browser');
    const figures = [];
    for (const isFromPage of [true, false]) {
      const page = await LabPage.open(path, isFromPage ? FROM : TO);
      const node = await labOnNode(isFromPage ? TO : FROM, true);
      try {
        const value = isFromPage
          ? await lost(
              (vm, atNs) => page.suspend(vm, atNs),
              (vm, file) => resumeOnNode(node, vm, file),
            )
          : await lost(
              (vm, atNs) => suspendOnNode(node, vm, atNs),
              (vm, file) => page.resume(vm, file),
            );
        const [from, to] = isFromPage ? ['Chromium', 'Node'] : ['Node', 'Chromium'];
        figures.push({ name: `VMs suspended in ${from}, resumed in ${to}, with another hash`, value });
      } finally {
        await page.close();
        node.lab.close();
      }
    }
    return figures;
  },
};
