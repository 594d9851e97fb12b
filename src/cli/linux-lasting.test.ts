/** The lab of the disk that lasts does what it says: what Linux has synced in it was flushed, and so it is kept. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { NS_PER_S } from '#base/virtual-time';
import { Lab } from '#lab/lab';
import { inThisThread } from '#lab/placing';
import { builtinScenario } from '#lab/scenarios/builtin';
import type { SoftwareKey } from '#lab/software';
import type { DiskChange } from '#machine/devices/disk/layers/keeper';
import { requirement } from '#tools/prerequisites';
import { engineModule } from './engine.ts';
import { GuestFiles } from './guest-files.ts';

const linux = requirement('linux');

test.skipIf(linux.skip)('the line that its Linux has written and synced is committed', async () => {
  const files = new GuestFiles('/');
  const scenario = builtinScenario('lasting-disk', { linux: true })!;
  must(files.load(scenario.hosts[0]!.vms));
  const kept: DiskChange[] = [];
  const commit = (change: DiskChange): 'kept' => {
    kept.push(change);
    return 'kept';
  };
  const software = { bytes: (key: SoftwareKey) => files.bytes(key), keeper: () => ({ commit }) };
  const needs = { engine: engineModule(), software, shared: false, wallMs: () => 0 };
  const lab = await Lab.create(scenario, inThisThread(needs, 1));
  await lab.advance(3.5 * NS_PER_S);
  const blocks = kept.flatMap((change) => [...change.blocks.values()]);
  expect(blocks.some((block) => Buffer.from(block).includes('line 0\n'))).toBe(true);
});
