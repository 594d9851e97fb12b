import { expect, test } from 'vitest';
import type { LabClient } from '#bridge/client/client';
import { runCompared, underScheduler, type Wish } from './run-compared.ts';

type Scenario = Parameters<typeof underScheduler>[0];
const chosen = (host: number, at: number): Scenario['commands'][number] => ({
  ...{ op: 'host.setScheduler', host, at },
  args: { scheduler: { kind: 'gang' } },
});
const typed: Scenario['commands'][number] = {
  ...{ op: 'console.input', host: 0, at: 7 },
  args: { vm: 'a', text: 'ls\n' },
};
const SCENARIO = {
  ...{ version: 1, title: 't', seed: 3, nsPerInstruction: 10, quantumInstructions: 10_000 },
  hosts: [{ name: 'one', scheduler: { kind: 'credit' } }, { name: 'two' }],
  commands: [chosen(0, 5), typed, chosen(1, 9)],
} as unknown as Scenario;

test('a run is under its scheduler from its beginning to its end, and all else is as it was', () => {
  const { hosts, commands, ...rest } = underScheduler(SCENARIO, 0, 'fair');
  expect(hosts).toEqual([{ name: 'one', scheduler: { kind: 'fair' } }, { name: 'two' }]);
  // What people typed is typed again; what they chose on another host is chosen there again.
  expect(commands).toEqual([typed, chosen(1, 9)]);
  expect(rest).toEqual({ ...SCENARIO, hosts: undefined, commands: undefined });
});

/** A lab that is opened aside: notes what is asked of it. */
function fakeLab(notes: unknown[], opened: object): LabClient {
  return {
    open: async (source: object) => {
      notes.push(source);
      return { ok: true, value: opened };
    },
    calls: {
      command: async (_: number, command: object) => {
        notes.push(command);
        return { ok: true, value: { at: 0, value: null } };
      },
      saveLab: async () => ({ ok: true, value: new Uint8Array([1]) }),
      exportState: async () => ({ ok: true, value: new TextEncoder().encode(JSON.stringify(SCENARIO)) }),
    },
    ask: async () => ({ ok: true, value: { at: 40, value: {} } }),
    runTo: async (at: number, onProgress: (progress: object) => void) => {
      onProgress({ done: 1, total: 2 });
      return { ok: true, value: { at, value: null } };
    },
  } as unknown as LabClient;
}
const WISH: Wish = { host: 0, schedulers: ['credit', 'fair'], from: 'now', spanNs: 60 };

test('both go on from the lab as it stands, each told its scheduler first, and say how far they are', async () => {
  const notes: unknown[] = [];
  const fractions: number[] = [];
  const lab = fakeLab([], {});
  const ran = await runCompared(
    lab,
    WISH,
    () => fakeLab(notes, { missingImages: [] }),
    (fraction) => fractions.push(fraction),
  );
  expect(ran).toMatchObject({ ok: true, value: { fromNs: 40, toNs: 100, host: 0 } });
  expect(notes.filter((note) => 'bytes' in (note as object))).toHaveLength(2);
  expect(notes.filter((note) => 'op' in (note as object))).toEqual(
    ['credit', 'fair'].map((kind) => ({ op: 'host.setScheduler', args: { scheduler: { kind } } })),
  );
  expect(fractions.at(-1)).toBe(1);
  expect(Math.min(...fractions)).toBe(0.25);
});

test('a lab whose files cannot be had aside is no other lab: what is missing is said', async () => {
  const error = { code: 'image.missing', data: {} };
  const aside = (): LabClient => fakeLab([], { missingImages: [{ name: 'x', error }] });
  const ran = await runCompared(fakeLab([], {}), { ...WISH, from: 'start' }, aside, () => undefined);
  expect(ran).toEqual({ ok: false, error });
});
