/** Commands as definitions: what is refused before anything runs, and a host that is given one more. */
import { expect, test } from 'vitest';
import { ok } from '#base/result';
import { defineVmCommand } from './commands/command.ts';
import {
  bootHost,
  consoleText,
  ENGINE,
  ENVIRONMENT,
  SETTINGS,
  teachingKernel,
  vmOf,
  vmSpec,
} from './fixtures/test-host.ts';
import { Host } from './host.ts';
import { REGISTRIES } from './registries.ts';

const IMAGE = teachingKernel();

test('every command has a name of its own, and those of menus a place of their own', () => {
  const places = REGISTRIES.commands.flatMap(({ menu }) => menu ?? []);
  expect(new Set(REGISTRIES.commands.map(({ op }) => op)).size).toBe(REGISTRIES.commands.length);
  expect(new Set(places).size).toBe(places.length);
});

test('what is no command, of no VM, or not allowed now is refused, and nothing has happened', () => {
  const host = bootHost([vmSpec('a', IMAGE)]);
  const before = host.hash();
  expect(host.execute({ op: 'vm.explode', args: { vm: 'a' } })).toMatchObject({
    error: { code: 'no-such-command' },
  });
  expect(host.execute({ op: 'vm.pause', args: { vm: 'b' } })).toMatchObject({
    error: { code: 'no-such-vm' },
  });
  expect(host.execute({ op: 'vm.resume', args: { vm: 'a' } })).toMatchObject({
    error: { code: 'wrong-state' },
  });
  expect(host.hash()).toBe(before);
});

test('a host that is given a command of somebody’s own carries it out, and tells of it', () => {
  const greet = defineVmCommand<'vm.greet', { readonly name: string }>({
    op: 'vm.greet',
    from: ['running'],
    run(vm, { name }) {
      vm.type(new TextEncoder().encode(`echo hello ${name}\n`));
      return ok(null);
    },
  });
  const spec = {
    name: 'h',
    ramBytes: 32 << 20,
    harts: 1,
    switches: [],
    vms: [vmSpec('a', IMAGE)],
    timeSliceNs: 1e7,
  };
  const host = Host.create(ENGINE, spec, SETTINGS, {
    ...ENVIRONMENT,
    registries: { ...REGISTRIES, commands: [...REGISTRIES.commands, greet] },
  });
  host.advance(200_000_000);
  expect(host.execute({ op: 'vm.greet', args: { vm: 'a', name: 'world' } })).toEqual(ok(null));
  host.advance(400_000_000);
  expect(consoleText(vmOf(host))).toContain('hello world');
  expect(host.log.since(0).map(({ code }) => code)).toContain('vm-greet');
});
