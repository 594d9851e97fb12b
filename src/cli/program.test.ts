/** The examples are the documentation: each is run, and what it says is compared with what the lab says of itself. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { Lab } from '#lab/lab';
import type { DeviceIndicators, MemoryIndicators } from '#programming/kpi';
import { programmingOf } from '#programming/virtualizers';
import { openLab } from './open-lab.ts';
import { portOf, workOf } from './program.ts';

const MS = 1_000_000;
const EXAMPLES = join(import.meta.dirname, '../programming/examples');
let lab: Lab;
beforeAll(async () => {
  lab = must(await openLab('first-visit'));
  await lab.advance(500 * MS);
});
afterAll(() => lab.close());

/** Runs an example in the lab. */
async function run<T>(name: string): Promise<T> {
  const work = must(await workOf(join(EXAMPLES, `${name}.mjs`)));
  return (await work(programmingOf(portOf(lab)))) as T;
}

test('memory is mapped, taken back, protected and watched', async () => {
  const said = await run<{ mine?: MemoryIndicators }>('memory');
  expect(said).toMatchObject({
    ...{ gpa: '0x80000000', usable: 12 << 20 },
    ranges: [{ gpa: '0x80000000', bytes: 4096, rights: 'rw-' }],
    mine: { vm: 'mine', virtualBytes: 16 << 20, usableBytes: 12 << 20 },
  });
  const { value } = must(await lab.answer(0, 'vms', {}));
  const there = value.find(({ spec }) => spec.name === 'mine');
  expect(there?.measures['ballooned']).toBe(4 << 20);
  expect(said.mine?.physicalBytes).toBe(there?.measures['memory']);
  expect(said.mine?.physicalBytes).toBeGreaterThan(0);
  expect(said.mine?.physicalBytes).toBeLessThan(16 << 20);
});

test('a disk is mapped, limited, looked at and watched', async () => {
  const said = await run<{ disk?: DeviceIndicators }>('io');
  expect(said).toMatchObject({ type: 'disk', registers: expect.arrayContaining(['MagicValue', 'DeviceID']) });
  const { value } = must(await lab.answer(0, 'io', {}));
  const [disk] = value.disks.flatMap(({ disks }) => disks).filter(({ vm }) => vm === 'teach-1');
  expect(disk?.limits).toEqual({ bytesPerSecond: 1 << 20 });
  expect(value.disks.map(({ scheduler }) => scheduler.kind)).toEqual(['fair']);
  expect(said.disk).toMatchObject({ kind: 'block', served: { physical: value.disks[0]?.name } });
});

test('a card is mapped, limited, parted from others and watched', async () => {
  const said = await run<{ mac: string }>('network');
  expect(said).toMatchObject({ limited: 'teach-1', cards: [{ card: 0 }, { card: 1, mac: said.mac }] });
  const [lan] = must(await lab.answer(0, 'switches', {})).value;
  const settings = lan?.ports.filter(({ vm }) => vm === 'teach-1').map((port) => port.settings);
  const each = {
    ...{ shape: { bitsPerSecond: 10_000_000 }, private: { role: 'isolated' } },
    discipline: { kind: 'fq-codel' },
  };
  expect(settings).toMatchObject([each, each]);
});

test('what a host refuses is thrown, with its sentence, and logged like what a person is refused', async () => {
  const { MemoryVirtualizer, Refused, lab: port } = programmingOf(portOf(lab));
  const wrong = new MemoryVirtualizer(port).protect_memory('nobody', {
    ...{ gpa: '0x80000000', bytes: 4096, rights: 'none' },
  });
  await expect(wrong).rejects.toThrow(Refused);
  await expect(wrong).rejects.toThrow(/nobody/);
});
