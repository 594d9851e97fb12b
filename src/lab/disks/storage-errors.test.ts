/**
 * What storage refuses reaches a guest as the disk's specification says, and only by the log: a run that is repeated from its record has
 * no storage that fails, and comes to the same state. The guest is the teaching kernel, whose driver flushes with each write.
 */
import { describe, expect, test } from 'vitest';
import type { FlushRefusal } from '#base/catalogue/disk-errors';
import { must } from '#base/fixtures/must';
import type { DiskSpec, VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import { LocalHost } from '#hypervisor/local-host';
import type { CommitOutcome } from '#machine/devices/disk/layers/keeper';
import { readLabFile, writeLabFile } from '../checkpoints/lab-file.ts';
import { expectSameLab } from '../fixtures/same-lab.ts';
import { ENGINE, HASH, hostOf, KERNEL, restoreLab } from '../fixtures/test-lab.ts';
import { Lab } from '../lab.ts';
import { decodeLink, encodeLink } from '../link.ts';
import type { Scenario } from '../scenario.ts';
import { softwareResolver } from '../software.ts';

const MIB = 1 << 20;
const TOOLS = { hash: HASH, pause: async () => undefined };
const WAYS = ['virtio', 'emulated-pio', 'emulated-dma'] as const;

function scenarioOf(disk: Partial<DiskSpec>): Scenario {
  const vm: VmSpec = {
    ...{ name: 'a', image: { kind: 'builtin', name: 'teaching' }, memoryBytes: 16 * MIB, vcpus: 1 },
    ...{ allocation: 'on-demand', nics: [], autostart: true },
    disks: [{ sizeBytes: MIB, content: { kind: 'layered', keep: 'data' }, ...disk }],
  };
  const host = {
    name: 'host',
    ramBytes: 64 * MIB,
    harts: 1,
    switches: [],
    vms: [vm],
    timeSliceNs: 10_000_000,
  };
  return {
    ...{ version: 1, title: '', seed: 5, nsPerInstruction: 10, quantumInstructions: 10_000 },
    ...{ hosts: [host], commands: [] },
  };
}

/** Storage that refuses some commits, by their number. */
class Storage {
  commits = 0;
  kept = 0;
  readonly #refusals: ReadonlyMap<number, FlushRefusal>;

  constructor(refusals: readonly (readonly [number, FlushRefusal])[] = []) {
    this.#refusals = new Map(refusals);
  }
  keeper(): { commit: () => CommitOutcome } {
    return {
      commit: () => {
        this.commits += 1;
        const refusal = this.#refusals.get(this.commits);
        if (refusal === undefined) this.kept += 1;
        return refusal ?? 'kept';
      },
    };
  }
}

function labOn(scenario: Scenario, storage?: Storage): Promise<Lab> {
  const bytes = (key: string): Uint8Array | undefined => (key === 'teaching' ? KERNEL : undefined);
  const software = softwareResolver({ bytes, keeper: () => storage?.keeper() });
  return Lab.create(scenario, LocalHost.maker(ENGINE, { software, shared: false }));
}

const saidIn = (lab: Lab): string => new TextDecoder().decode(hostOf(lab).vm('a')?.console.since(0).bytes);
async function run(lab: Lab, command: string): Promise<string> {
  const from = saidIn(lab).length;
  must(await lab.execute(0, { op: 'console.input', args: { vm: 'a', text: `${command}\n` } }));
  await lab.advance(lab.now + 100 * NS_PER_MS);
  return saidIn(lab).slice(from);
}
const stateOf = (lab: Lab): unknown => [hostOf(lab).vm('a')?.state, hostOf(lab).vm('a')?.reason];

/** The run again from its record, without storage; through a link, as people get it. */
async function expectRepeats(lab: Lab): Promise<void> {
  const link = must(encodeLink(lab.record()));
  const again = await labOn(must(decodeLink(link)));
  await again.advance(lab.now);
  await expectSameLab(lab, again);
}

test('a guest is told of what could not be kept, and a run that repeats it tells it the same', async () => {
  const storage = new Storage([[3, 'unavailable']]);
  const lab = await labOn(scenarioOf({}), storage);
  await lab.advance(60 * NS_PER_MS);
  expect(await run(lab, 'disk 0 write 2')).toContain('wrote 2 blocks');
  expect(await run(lab, 'disk 0 write 2')).not.toContain('wrote');
  expect(await run(lab, 'disk 0 write 2')).toContain('wrote 2 blocks');
  expect(stateOf(lab)).toEqual(['running', undefined]);
  expect(lab.log.filter(({ command }) => command.op === 'vm.refuseFlush')).toHaveLength(1);
  await expectRepeats(lab);
});

test('without room the VM stops before its guest hears of anything, and tries again when it goes on', async () => {
  // Four requests are in flight at a time.
  const storage = new Storage([2, 3, 4, 5].map((commit) => [commit, 'full'] as const));
  const lab = await labOn(scenarioOf({}), storage);
  await lab.advance(60 * NS_PER_MS);
  expect(await run(lab, 'disk 0 write 4')).not.toContain('wrote');
  expect(stateOf(lab)).toEqual(['paused', { code: 'disk.noRoomToKeep', data: { disk: 0 } }]);
  // There is still none.
  must(await lab.execute(0, { op: 'vm.resume', args: { vm: 'a' } }));
  await lab.advance(lab.now + 50 * NS_PER_MS);
  expect(stateOf(lab)).toEqual(['paused', { code: 'disk.noRoomToKeep', data: { disk: 0 } }]);
  await expectRepeats(lab);
  must(await lab.execute(0, { op: 'vm.resume', args: { vm: 'a' } }));
  await lab.advance(lab.now + 100 * NS_PER_MS);
  expect(saidIn(lab)).toContain('wrote 4 blocks');
  expect(storage.kept).toBe(storage.commits - 4);
  await expectRepeats(lab);
});

describe.each(WAYS)('%s', (way) => {
  test('a broken part of the medium fails for who touches it, as the disk says', async () => {
    const lab = await labOn(scenarioOf({ way, readErrors: 'stop', writeErrors: 'report' }));
    await lab.advance(60 * NS_PER_MS);
    expect(await run(lab, 'disk 0 write 8')).toContain('wrote 8 blocks');
    const broken = { vm: 'a', disk: 0, offset: 5 * 4096 + 512, length: 512, fails: 'both' } as const;
    must(await lab.execute(0, { op: 'vm.breakDisk', args: broken }));
    expect(await run(lab, 'disk 0 write 5')).toContain('wrote 5 blocks');
    expect(await run(lab, 'disk 0 write 6')).not.toContain('wrote');
    expect(await run(lab, 'disk 0 read 8')).not.toContain('disk 0: read');
    expect(stateOf(lab)).toEqual(['paused', { code: 'disk.badRead', data: { disk: 0 } }]);
    must(await lab.execute(0, { op: 'vm.mendDisk', args: { vm: 'a', disk: 0 } }));
    must(await lab.execute(0, { op: 'vm.resume', args: { vm: 'a' } }));
    await lab.advance(lab.now + 100 * NS_PER_MS);
    expect(saidIn(lab)).toContain('all hold what was written');
    await expectRepeats(lab);
  });
});

test('what waits for its VM to go on is in a checkpoint', async () => {
  const lab = await labOn(scenarioOf({ writeErrors: 'stop' }), new Storage([[2, 'unavailable']]));
  await lab.advance(60 * NS_PER_MS);
  await run(lab, 'disk 0 write 4');
  const taken = await lab.checkpoint([]);
  if (taken === undefined) throw new Error('no checkpoint');
  const file = must(await writeLabFile(taken, TOOLS));
  const again = must(await restoreLab(must(await readLabFile(file, TOOLS))));
  for (const each of [lab, again]) {
    must(await each.execute(0, { op: 'vm.resume', args: { vm: 'a' } }));
    await each.advance(each.now + 100 * NS_PER_MS);
  }
  expect(saidIn(again)).toContain('wrote 4 blocks');
  await expectSameLab(lab, again);
});
