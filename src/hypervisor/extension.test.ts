/**
 * The proof that registries are enough: a device, a disk, a scheduler, a stage of a port, a metric, a command and a question that
 * nothing of the product knows, passed to a host when it is created, and used by what runs on it.
 */
import { expect, test } from 'vitest';
import type { HostSpec, VmSpec } from '#base/scenario';
import {
  cipheringVm as ciphering,
  EXTENDED_ENVIRONMENT,
  FIRST_OWN_SLOT,
} from './fixtures/extension/environment.ts';
import { readDiskProgram, SPIN } from './fixtures/extension/programs.ts';
import {
  bootHost,
  consoleText,
  ENGINE,
  program,
  teachingKernel,
  type,
  vmOf,
  vmSpec,
} from './fixtures/test-host.ts';
import { Host } from './host.ts';
import { REGISTRIES } from './registries.ts';

const MS = 1_000_000;

function boot(vms: readonly VmSpec[], more: Partial<HostSpec> = {}): Host {
  return bootHost(vms, more, EXTENDED_ENVIRONMENT);
}

test('a guest talks to the device, with the setting that the specification gives it', () => {
  const host = boot([ciphering('a', 0x20), ciphering('b', 0)]);
  host.advance(20 * MS);
  expect(consoleText(vmOf(host, 'a'))).toMatch(/^abcdefg/);
  expect(consoleText(vmOf(host, 'b'))).toMatch(/^ABCDEFG/);
});

test('a guest reads from the disk what its content makes of it', () => {
  const disks = [{ sizeBytes: 4096, content: { kind: 'filled', byte: 0x5a } }];
  const host = boot([vmSpec('a', program('read disk', readDiskProgram(FIRST_OWN_SLOT)), { disks })]);
  host.advance(20 * MS);
  expect(consoleText(vmOf(host))).toBe('Z');
});

test('the scheduler decides who gets how much of a hart', () => {
  const spin = program('spin', SPIN);
  const vms = ['a', 'b', 'c'].map((name) => vmSpec(name, spin));
  const host = boot(vms, { scheduler: { kind: 'unequal', stepNs: 2 * MS } });
  host.advance(240 * MS);
  const [first = 0, ...rest] = host.vms().map(({ vcpus }) => vcpus[0]!.runNs);
  // 1 : 2 : 3 by place, but for what switching costs.
  for (const [index, share] of rest.entries()) expect(Math.round(share / first)).toBe(index + 2);
});

test('the stage ends the way of frames, and only at the port that has it', () => {
  const pinging = (name: string, address: string, more: object = {}): VmSpec =>
    vmSpec(name, teachingKernel(), {
      ...{ memoryBytes: 4 << 20, append: `host=${name} ip=${address}/24` },
      nics: [{ switch: 'lan', ...more }],
    });
  const port = { forgetful: { etherType: 0x0800, passing: 2 } };
  const host = boot([pinging('a', '10.0.0.1'), pinging('b', '10.0.0.2', { port })]);
  host.advance(60 * MS);
  type(host, 'a', 'ping 10.0.0.2 5 10\n');
  host.advance(8_000 * MS);
  expect(consoleText(vmOf(host, 'a'))).toContain('5 sent, 2 received');
  const stagesOf = (index: number) =>
    host.network.switches.get('lan')?.ports[index]?.stages.find(({ id }) => id === 'forgetful');
  expect(stagesOf(0)).toBeUndefined();
  expect(stagesOf(1)?.counters).toEqual({ forgotten: 3 });
});

test('the metric is sampled with all others', () => {
  const host = boot([ciphering('a', 1)]);
  host.advance(1000 * MS);
  const vm = vmOf(host);
  const { served } = vm.devices.devices.find(({ kind }) => kind === 'cipher')!.counters;
  const samples = [...Array(vm.sampled.fine.count).keys()].map((n) => vm.sampled.fine.at(n, 'ciphered'));
  expect(samples.length).toBeGreaterThan(8);
  expect(samples.every((value, n) => value > (samples[n - 1] ?? 0))).toBe(true);
  expect(samples.at(-1)).toBeLessThanOrEqual(served!);
  const table = host.ask('metrics', { vm: 'a', metrics: ['ciphered'] });
  expect(JSON.stringify(table)).toContain('ciphered');
});

test('the command is carried out with its argument, and the question answered', () => {
  const host = boot([ciphering('a', 0)]);
  host.advance(5 * MS);
  expect(host.ask('keys', { vm: 'a' })).toMatchObject({ ok: true, value: { value: [0] } });
  expect(host.execute({ op: 'cipher.setKey', args: { vm: 'a', key: 0x20 } })).toMatchObject({ ok: true });
  expect(host.ask('keys', { vm: 'a' })).toMatchObject({ ok: true, value: { value: [0x20] } });
  const before = consoleText(vmOf(host)).length;
  host.advance(20 * MS);
  expect(consoleText(vmOf(host)).slice(before + 1)).toMatch(/^[a-z]/);
});

test('a snapshot holds all of it, and goes on as its host does', () => {
  const port = { forgetful: { etherType: 0x0806, passing: 1 } };
  const host = boot(
    [
      { ...ciphering('a', 5), nics: [{ switch: 'lan', port }] },
      vmSpec('b', program('read disk', readDiskProgram(FIRST_OWN_SLOT)), {
        disks: [{ sizeBytes: 4096, content: { kind: 'filled', byte: 7 } }],
      }),
    ],
    { scheduler: { kind: 'unequal' } },
  );
  host.advance(7 * MS);
  host.execute({ op: 'cipher.setKey', args: { vm: 'a', key: 9 } });
  const restored = Host.restore(ENGINE, host.snapshot(), EXTENDED_ENVIRONMENT);
  if (!restored.ok) throw new Error(JSON.stringify(restored.error));
  expect(restored.value.ask('keys', { vm: 'a' })).toEqual(host.ask('keys', { vm: 'a' }));
  for (const each of [host, restored.value]) each.advance(40 * MS);
  expect(restored.value.hash()).toBe(host.hash());
});

test('a host without these kinds has none of them', () => {
  const host = bootHost([]);
  expect(host.execute({ op: 'vm.create', args: { vm: ciphering('a', 0) } })).toMatchObject({ ok: false });
  expect(host.execute({ op: 'cipher.setKey', args: { vm: 'a', key: 0 } })).toMatchObject({ ok: false });
  expect(host.ask('keys', { vm: 'a' })).toMatchObject({ ok: false });
  expect(REGISTRIES.devices.map(({ id }) => id)).not.toContain('cipher');
});
