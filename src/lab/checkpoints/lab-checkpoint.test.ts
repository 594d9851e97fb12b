/** Checkpoints and files of whole labs: going on from one is the same run. */
import { expect, test } from 'vitest';
import type { Result } from '#base/result';
import { REGISTRIES } from '#hypervisor/registries';
import { expectSameLab } from '../fixtures/same-lab.ts';
import { HASH, hostOf, restoreLab, startLab } from '../fixtures/test-lab.ts';
import type { Lab } from '../lab.ts';
import type { Scenario } from '../scenario.ts';
import { builtinScenario } from '../scenarios/builtin.ts';
import { MemoryStorage } from '../storage/memory-storage.ts';
import type { LabCheckpoint } from './checkpoint.ts';
import { beginningOf, commandsBetween } from './going-back.ts';
import { readLabFile, writeLabFile } from './lab-file.ts';
import { readLabState, writeLabState } from './lab-state.ts';
import { CheckpointStore } from './store.ts';

const MS = 1_000_000;
const TOOLS = { hash: HASH, pause: async () => undefined };

const when = (takenAtMs: number) => ({ takenAtMs, note: '', title: 'a lab' });

function must<T>(result: Result<T> | undefined): T {
  if (!result?.ok) throw new Error(JSON.stringify(result?.error));
  return result.value;
}
async function taken(lab: Lab, known: readonly number[] = []): Promise<LabCheckpoint> {
  const checkpoint = await lab.checkpoint(known);
  if (checkpoint === undefined) throw new Error('no checkpoint');
  return checkpoint;
}

/** Two hosts with two VMs each, and commands of the scenario after 150 ms and 350 ms. */
function scenario(): Scenario {
  const vm = (name: string, address: string) => ({
    ...{ name, image: { kind: 'builtin' as const, name: 'teaching' }, memoryBytes: 2 << 20, vcpus: 1 },
    ...{ allocation: 'on-demand' as const, disks: [], autostart: true, nics: [{ switch: 'lan', address }] },
  });
  const host = (name: string) => ({
    ...{ name, ramBytes: 32 << 20, harts: 1, switches: [{ name: 'lan' }], timeSliceNs: 10 * MS },
    vms: [vm('a', '10.0.0.1/24'), vm('b', '10.0.0.2/24')],
  });
  const type = (at: number, host: number, text: string) => ({
    ...{ at, host, op: 'console.input' as const, args: { vm: 'a', text } },
  });
  return {
    ...{ version: 1, title: 'two hosts', seed: 7, nsPerInstruction: 10, quantumInstructions: 10_000 },
    hosts: [host('one'), host('two')],
    commands: [
      type(150 * MS, 0, 'ping 10.0.0.2 9 20\n'),
      type(350 * MS, 1, 'cpu 40 &\n'),
      type(350 * MS, 0, 'dirty 25 256\n'),
    ],
  };
}

test('a lab goes on from its store to where it would have come, commands included', async () => {
  const undisturbed = await startLab(scenario());
  const lab = await startLab(scenario());
  const place = { storage: new MemoryStorage(), key: 'k', ...TOOLS };
  const store = must(await CheckpointStore.open(place));
  const hashes = new Map<number, readonly string[]>();
  for (let ms = 40; ms <= 280; ms += 40) {
    await lab.advance(ms * MS);
    if (ms === 200) await lab.execute(1, { op: 'console.input', args: { vm: 'b', text: 'cpu 20 &\n' } });
    if (ms === 200) await lab.execute(1, { op: 'vm.pause', args: { vm: 'nobody' } });
    must(await store.keep(await taken(lab, store.known), when(ms), { bytes: 1 << 30, checkpoints: 4 }));
    hashes.set(lab.now, await lab.hashes());
  }
  const again = must(await CheckpointStore.open(place));
  const found = must(await again.newest());
  const restored = must(await restoreLab(found.image));
  expect(restored.now).toBe(280 * MS);
  expect(await restored.hashes()).toEqual(hashes.get(280 * MS));
  expect(restored.log).toEqual(lab.log);
  expect(restored.record()).toEqual(lab.record());
  await undisturbed.advance(200 * MS);
  await undisturbed.execute(1, { op: 'console.input', args: { vm: 'b', text: 'cpu 20 &\n' } });
  for (const each of [undisturbed, lab, restored]) await each.advance(600 * MS);
  await expectSameLab(lab, undisturbed);
  await expectSameLab(restored, undisturbed);
});

test('a lab goes on from a file', async () => {
  const lab = await startLab(scenario());
  await lab.advance(200 * MS);
  const file = must(await writeLabFile(await taken(lab), TOOLS));
  const restored = must(await restoreLab(must(await readLabFile(file, TOOLS))));
  await expectSameLab(restored, lab);
  for (const each of [lab, restored]) await each.advance(500 * MS);
  await expectSameLab(restored, lab);
});

test('there is no checkpoint between two quanta', async () => {
  const lab = await startLab(scenario());
  await lab.advance(100 * MS);
  await lab.execute(0, { op: 'console.input', args: { vm: 'a', text: 'cpu 90 &\n' } });
  await lab.advance(105 * MS);
  await lab.debug(0, { kind: 'step', vm: 'a', vcpu: 0, unit: 'instruction' });
  await lab.advance(110 * MS);
  expect(hostOf(lab).restOfQuantumNs).toBeGreaterThan(0);
  expect(await lab.checkpoint([])).toBeUndefined();
});

test('an image whose parts do not belong together is refused whole', async () => {
  const lab = await startLab(scenario());
  await lab.advance(100 * MS);
  const image = must(await readLabFile(must(await writeLabFile(await taken(lab), TOOLS)), TOOLS));
  const [one, two] = image.hosts;
  for (const wrong of [
    { ...image, hosts: [one!] },
    { ...image, hosts: [two!, one!] },
    { ...image, lab: image.lab.subarray(0, 900) },
    { ...image, hosts: [one!, { ...two!, pieces: [] }] },
  ])
    await expect(restoreLab(wrong)).resolves.toMatchObject({ error: { code: 'snapshot.format' } });
});

test('a checkpoint of a lab that comes along is known as one of its run, in whatever order its keys were written', () => {
  const scenario = builtinScenario('vlans', { linux: false })!;
  const run = { scenario, log: [] };
  const read = must(readLabState(writeLabState(beginningOf(run)), REGISTRIES));
  expect(JSON.stringify(read.scenario)).not.toBe(JSON.stringify(scenario));
  expect(commandsBetween(read, run, 0)).toHaveLength(scenario.commands.length);
  const other = { scenario: { ...scenario, seed: scenario.seed + 1 }, log: [] };
  expect(commandsBetween(read, other, 0)).toBeUndefined();
});
