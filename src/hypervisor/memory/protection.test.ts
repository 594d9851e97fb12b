/** What the G-stage allows of a range, on a running guest: the article's guard range (1 GB used of 2 GB mapped), 4 of 8 MiB here. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { bootHost, consoleText, outcomeOf, shellVm, type, vmOf } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import type { WallsOfVm } from './questions/walls.ts';

const MS = 1_000_000;
const MIB = 1 << 20;
const GUARD = 0x8040_0000;

function running(): Host {
  const host = bootHost([shellVm('a', { memoryBytes: 8 * MIB, nics: [] })]);
  host.advance(100 * MS);
  return host;
}
function protect(host: Host, rights: string, gpa = '0x80400000', bytes = 4 * MIB): string {
  return outcomeOf(host, 'vm.protect', { vm: 'a', gpa, bytes, rights });
}
function say(host: Host, command: string): string {
  const at = consoleText(vmOf(host)).length;
  type(host, 'a', `${command}\n`);
  host.advance(host.now + 100 * MS);
  return consoleText(vmOf(host)).slice(at);
}
function wallsOf(host: Host): WallsOfVm {
  const answer = host.ask('walls', { vm: 'a' });
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.value.value as WallsOfVm;
}
function stopped(host: Host, wall: string): number | undefined {
  return wallsOf(host).walls.find(({ id }) => id === wall)?.stopped;
}

test('who touches a guard range is told of an access fault, and everything else goes on', () => {
  const host = running();
  expect(say(host, 'attack memory 0x80400000')).toContain('attack');
  expect(stopped(host, 'rights')).toBe(0);
  expect(protect(host, 'none')).toBe('done');
  expect(stopped(host, 'rights')).toBe(0);
  say(host, 'attack memory 0x80400000');
  say(host, 'attack memory 0x807ffff8');
  expect(stopped(host, 'rights')).toBe(2);
  expect(say(host, 'echo still-here')).toContain('\r\nstill-here');
  expect(wallsOf(host).protected).toEqual([{ gpa: '0x80400000', bytes: 4 * MIB, rights: '---' }]);
  expect(protect(host, 'rwx')).toBe('done');
  expect(wallsOf(host).protected).toEqual([]);
  say(host, 'attack memory 0x80400000');
  expect(stopped(host, 'rights')).toBe(2);
});

test('a range that may only be read stops stores, of the guest and of its devices', () => {
  const host = running();
  const { memory } = vmOf(host);
  memory.writeU32(GUARD, 7);
  protect(host, 'r');
  say(host, 'attack memory 0x80400000');
  expect(stopped(host, 'rights')).toBe(1);
  expect(memory.readU32(GUARD)).toBe(7);
  expect(memory.writeU32(GUARD, 8)).toBe(false);
  expect(memory.pin(GUARD, 8, true)).toBe('refused');
});

test('code in a range that may not be executed does not run', () => {
  const host = running();
  protect(host, 'rw', '0x80000000', 2 * MIB);
  say(host, 'echo nothing-runs');
  // Its trap handler lies there too: it can never run again.
  expect(vmOf(host).reason?.code).toBe('vm.lost');
});

test('what is no range of whole pages in memory is refused', () => {
  const host = running();
  expect(protect(host, 'none', '0x80400001')).toBe('bad-address');
  expect(protect(host, 'none', 'here')).toBe('bad-address');
  expect(protect(host, 'none', '0x70000000')).toBe('vm.noSuchRange');
  expect(protect(host, 'none', '0x80400000', 8 * MIB)).toBe('vm.noSuchRange');
});

test('what is forbidden of a range is so in a snapshot, in a clone, and on another host', () => {
  const host = running();
  protect(host, 'none');
  protect(host, 'r', '0x80300000', 0x1000);
  const ranges = wallsOf(host).protected;
  expect(ranges).toHaveLength(2);
  const of = (vm: string, on = host): unknown => (must(on.ask('walls', { vm })).value as WallsOfVm).protected;
  for (const command of [
    { op: 'vm.snapshot', args: { vm: 'a', name: 'guarded' } },
    { op: 'vm.clone', args: { vm: 'a', name: 'b' } },
  ])
    must(host.execute(command as never));
  expect(of('b')).toEqual(ranges);
  protect(host, 'rwx');
  protect(host, 'rwx', '0x80300000', 0x1000);
  must(host.execute({ op: 'vm.revert', args: { vm: 'a', snapshot: 'guarded' } } as never));
  expect(of('a')).toEqual(ranges);
  say(host, 'attack memory 0x80400000');
  expect(stopped(host, 'rights')).toBe(1);
  expect(say(host, 'echo still-here')).toContain('\r\nstill-here');
});
