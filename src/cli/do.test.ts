/** `virtlab do`, `suspend` and `resume`: what the page can do with a VM, from the command line. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { hasher } from '#hypervisor/snapshot/hasher';
import { suspendedVm } from '#hypervisor/snapshot/suspended-vm';
import { PART_BYTES, sealLayer } from '#machine/devices/disk/layers/layer';
import { doCommand } from './do.ts';
import { engineModule } from './engine.ts';
import { openLab, withLab } from './open-lab.ts';
import { resume } from './resume.ts';
import { save } from './save.ts';
import { suspend } from './suspend.ts';

const MS = 1_000_000;
const folder = mkdtempSync(join(tmpdir(), 'virtlab-do-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, name);

const silent = (): void => undefined;

function scenario(name: string, host: object): string {
  const file = path(name);
  writeFileSync(
    file,
    JSON.stringify({ version: 1, title: name, seed: 7, hosts: [{ name: 'one', ...host }] }),
  );
  return file;
}
const nics = (address: string) => [{ switch: 'lan', address }];
const pair = scenario('pair.json', {
  switches: [{ name: 'lan' }],
  vms: [
    { name: 'a', nics: nics('10.0.0.1/24') },
    { name: 'b', nics: nics('10.0.0.2/24'), autostart: false },
  ],
});
const other = scenario('other.json', { switches: [{ name: 'dmz' }], vms: [{ name: 'c' }] });

/** What a VM of a lab says: its state, hash and console. */
async function look(source: string, host: number, vm: string): Promise<{ hash: string; state: string }> {
  return must(
    await withLab(source, async (lab) => {
      const hash = must(await lab.answer(host, 'vm-hash', { vm })).value;
      const { state } = must(await lab.answer(host, 'vm', { vm })).value.description;
      return { ok: true, value: { hash, state } };
    }),
  );
}

test('a snapshot is taken, the lab saved, run on, and the VM reverted to it', async () => {
  const [taken, later, back] = ['taken.lab', 'later.lab', 'back.lab'].map(path) as [string, string, string];
  must(
    await doCommand(
      [pair, 'vm.snapshot', '--vm', 'a', '--name', 'clean', '--at', '80ms', '--save', taken],
      silent,
    ),
  );
  const before = await look(taken, 0, 'a');
  const typing = ['console.input', '--vm', 'a', '--text', 'dirty 125 8\n'];
  expect(must(await doCommand([taken, ...typing, '--for', '50ms', '--save', later], silent))).toBe(0);
  expect((await look(later, 0, 'a')).hash).not.toBe(before.hash);
  must(await doCommand([later, 'vm.revert', '--vm', 'a', '--snapshot', 'clean', '--save', back], silent));
  expect(await look(back, 0, 'a')).toEqual(before);
});

test('a clone of a VM that is off has an address of its own, and pings the one that it is a copy of', async () => {
  const [cloned, both, pinged] = ['cloned.lab', 'both.lab', 'pinged.lab'].map(path) as [
    string,
    string,
    string,
  ];
  must(
    await doCommand([pair, 'vm.clone', '--vm', 'b', '--name', 'c', '--at', '50ms', '--save', cloned], silent),
  );
  must(await doCommand([cloned, 'vm.start', '--vm', 'b', '--save', both], silent));
  must(await doCommand([both, 'vm.start', '--vm', 'c', '--for', '80ms', '--save', pinged], silent));
  const text = must(
    await withLab(pinged, async (lab) => {
      const typed = { op: 'console.input', args: { vm: 'c', text: 'ping 10.0.0.2 3 20\n' } } as const;
      must(await lab.execute(0, typed));
      await lab.advance(lab.now + 500 * MS);
      const { console: output } = await lab.hosts[0]!.news();
      const mine = output.filter(({ vm }) => vm === 'c').map(({ bytes }) => new TextDecoder().decode(bytes));
      const { spec } = must(await lab.answer(0, 'vm', { vm: 'c' })).value.description;
      return { ok: true, value: { said: mine.join(''), spec } };
    }),
  );
  expect(text.spec.nics).toEqual([{ switch: 'lan', address: '10.0.0.3/24' }]);
  expect(text.said).toContain('3 sent, 3 received');
});

test('what is no word is given as JSON: stages of a port by their names, a scheduler, a policy, and nothing as null', async () => {
  const [limited, free] = [path('limited.lab'), path('free.lab')];
  const port = ['port.set', '--switch', 'lan', '--port', 'a/0', '--stage', 'shape'];
  const settings = ['--settings', '{"bitsPerSecond":1000000}', '--at', '20ms'];
  must(await doCommand([pair, ...port, ...settings, '--save', limited], silent));
  const scheduler = ['host.setScheduler', '--scheduler', '{"kind":"credit"}'];
  must(await doCommand([limited, ...scheduler, '--at', '0s', '--save', limited], silent));
  const policy = { name: 'p', vm: 'a', target: 'cpu-weight', terms: [{ metric: 'steal', coefficient: 1 }] };
  const set = ['host.setPolicy', '--name', 'p', '--policy', JSON.stringify(policy)];
  must(await doCommand([limited, ...set, '--at', '0s', '--save', limited], silent));
  const alarm = {
    ...{ name: 'idles', metric: 'vcpu-run', vm: 'a', part: '0', when: 'below', threshold: 0.9 },
    onFiring: [{ op: 'vm.pause', args: { vm: 'a' } }],
  };
  const alarms = ['host.setAlarms', '--alarms', JSON.stringify([alarm])];
  must(await doCommand([limited, ...alarms, '--at', '0s', '--for', '200ms', '--save', limited], silent));
  const stateOf = (file: string) =>
    withLab(file, async (lab) => {
      const { scheduler } = must(await lab.answer(0, 'scheduling', {})).value;
      const { policies } = must(await lab.answer(0, 'adjustment', {})).value;
      const [lan] = must(await lab.answer(0, 'switches', {})).value;
      const shape = lan?.ports.find(({ name }) => name === 'a/0')?.settings['shape'];
      const { state } = must(await lab.answer(0, 'vm', { vm: 'a' })).value.description;
      return { ok: true, value: { kind: scheduler.kind, policies: policies.length, shape, a: state } };
    });
  const shape = expect.objectContaining({ bitsPerSecond: 1_000_000 });
  expect(must(await stateOf(limited))).toEqual({ kind: 'credit', policies: 1, shape, a: 'paused' });
  must(await doCommand([limited, ...port, '--settings', 'null', '--at', '0s', '--save', free], silent));
  expect(must(await stateOf(free)).shape).toBeUndefined();
});

test('a VM is suspended to a file and resumed in another lab, and back home again the same', async () => {
  const [first, second] = [path('a.vm'), path('again.vm')];
  const [there, home] = [path('there.lab'), path('home.lab')];
  must(await suspend([pair, 'a', first, '--at', '80ms'], silent));
  const [whole, gone] = [path('whole.lab'), path('gone.lab')];
  must(await doCommand([pair, 'vm.pause', '--vm', 'a', '--at', '80ms', '--save', whole], silent));
  let said = '';
  const hear = (text: string): void => {
    said += text;
  };
  expect(must(await resume([other, first, '--for', '0s', '--save', there], hear))).toBe(1);
  expect(said).toContain('lan');
  expect(must(await resume([other, first, '--switch', 'dmz', '--for', '0s', '--save', there], silent))).toBe(
    0,
  );
  expect((await look(there, 0, 'a')).state).toBe('running');
  must(await suspend([there, 'a', second, '--at', '0s'], silent));
  // Where it comes from it is not any more.
  must(await doCommand([whole, 'vm.powerOff', '--vm', 'a', '--save', gone], silent));
  must(await doCommand([gone, 'vm.delete', '--vm', 'a', '--save', gone], silent));
  const back = ['--switch', 'lan', '--for', '0s', '--save', home];
  expect(must(await resume([gone, second, ...back], silent))).toBe(0);
  const resumed = await look(home, 0, 'a');
  must(await doCommand([whole, 'vm.resume', '--vm', 'a', '--at', '0s', '--save', gone], silent));
  expect(resumed).toEqual(await look(gone, 0, 'a'));
});

test('a saved lab that will read a file needs it in its folder, as long as the command is to come', async () => {
  const [vm, early, late] = [path('mover.vm'), path('early.lab'), path('late.lab')];
  must(await suspend([pair, 'a', vm, '--at', '80ms'], silent));
  const { hash } = must(suspendedVm(readFileSync(vm), hasher(engineModule())));
  const move = { op: 'vm.moveIn', args: { vm: 'a2', file: 'mover.vm', hash }, at: 20 * MS, host: 0 };
  const moving = path('moving.json');
  writeFileSync(moving, JSON.stringify({ ...JSON.parse(readFileSync(pair, 'utf8')), commands: [move] }));
  must(await save([moving, early, '--at', '10ms'], silent));
  must(await save([moving, late, '--at', '30ms'], silent));
  expect((await look(late, 0, 'a2')).state).toBe('running');
  rmSync(vm);
  expect(await openLab(early)).toMatchObject({ error: { code: 'file.unreadable' } });
  expect((await look(late, 0, 'a2')).state).toBe('running');
});

test('what is wrong is said: no such command, argument, VM or file; a damaged file', async () => {
  expect(await doCommand([pair, 'vm.fly'], silent)).toMatchObject({ error: { code: 'do.noCommand' } });
  expect(await doCommand([pair, 'vm.pause', '--name', 'x'], silent)).toMatchObject({
    error: { code: 'option.unknown' },
  });
  expect(await doCommand([pair, 'vm.pause'], silent)).toMatchObject({ error: { code: 'scenario.missing' } });
  let said = '';
  expect(
    await doCommand([pair, 'vm.pause', '--vm', 'q'], (text) => {
      said += text;
    }),
  ).toEqual({ ok: true, value: 1 });
  expect(said).toContain('q');
  expect(await suspend([pair, 'q', path('q.vm')], silent)).toMatchObject({ error: { code: 'no-such-vm' } });
  expect(await resume([pair, path('nothing.vm')], silent)).toMatchObject({
    error: { code: 'file.unreadable' },
  });
  must(await suspend([pair, 'a', path('whole.vm'), '--at', '50ms'], silent));
  const bytes = readFileSync(path('whole.vm'));
  bytes[bytes.length >> 1]! ^= 4;
  writeFileSync(path('damaged.vm'), bytes);
  expect(await resume([pair, path('damaged.vm')], silent)).toMatchObject({
    error: { code: 'snapshot.damaged' },
  });
  expect(await resume([pair, pair], silent)).toMatchObject({
    error: { code: 'vmFile.foreign', data: { format: 'json', advice: 'lab' } },
  });
});

test('a disk is plugged in on a layer that lies beside the scenario; where there is none, the host says so', async () => {
  const parts = new Map([[0, new Uint8Array(PART_BYTES).fill(7)]]);
  const layer = sealLayer({ sizeBytes: PART_BYTES, below: undefined, parts });
  const plug = (name: string): string[] => [
    pair,
    'vm.plugDisk',
    '--vm',
    'a',
    '--sizeBytes',
    '65536',
    '--layer',
    name,
  ];
  writeFileSync(path(`${layer.name}.layer`), layer.file);
  expect(must(await doCommand(plug(layer.name), silent))).toBe(0);
  const said: string[] = [];
  expect(must(await doCommand(plug('0'.repeat(64)), (text) => said.push(text)))).toBe(1);
  expect(said.join('')).toContain('000000000000');
});
