/** A VM suspended to a file and resumed by command: here or elsewhere, as itself, or as a copy where it is already. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { Result } from '#base/result';
import type { HostSpec, VmSpec } from '#base/scenario';
import {
  bootHost,
  consoleText,
  ENGINE,
  ENVIRONMENT,
  SETTINGS,
  shellVm,
  teachingKernel,
  type,
  vmOf,
  vmSpec,
} from '../fixtures/test-host.ts';
import { Host } from '../host.ts';
import { copyOfSpec } from '../vm/copy.ts';
import { snapshotHash } from './file.ts';
import { vmHash } from './vm-file.ts';

const MS = 1_000_000;

/** Files of a person's own that a host finds. */
type Files = Readonly<Record<string, Uint8Array>>;

function hostWith(files: Files, vms: readonly VmSpec[], more: Partial<HostSpec> = {}): Host {
  const spec: HostSpec = {
    ...{ name: 'host', ramBytes: 32 << 20, harts: 1, switches: [{ name: 'lan' }] },
    ...{ vms, timeSliceNs: 10 * MS, ...more },
  };
  const software = { ...ENVIRONMENT.software, file: (name: string) => files[name] };
  return Host.create(ENGINE, spec, SETTINGS, { ...ENVIRONMENT, software });
}

/** A VM at work, as a file. */
function suspended(): { readonly file: Uint8Array; readonly hash: string; readonly host: Host } {
  const host = bootHost([shellVm('a')]);
  host.advance(60 * MS);
  type(host, 'a', 'dirty 250 16 &\n');
  host.advance(host.now + 33.3 * MS);
  const { value } = must(host.ask('vm-file', { vm: 'a' }));
  return { file: value as Uint8Array, hash: vmHash(host.machine, vmOf(host)), host };
}

function moveIn(host: Host, args: object): Result<null> {
  return host.execute({ op: 'vm.moveIn', args });
}
const codeOf = (result: Result<null>): string => (result.ok ? 'done' : result.error.code);

test('resumed in another lab, a VM is the same and goes on', () => {
  const { file, hash } = suspended();
  const there = hostWith({ 'a.vm': file }, [vmSpec('b', teachingKernel())]);
  there.advance(20 * MS);
  expect(codeOf(moveIn(there, { vm: 'a', file: 'a.vm', hash: snapshotHash(file) }))).toBe('done');
  expect(vmHash(there.machine, vmOf(there))).toBe(hash);
  const before = consoleText(vmOf(there)).length;
  type(there, 'a', 'uptime\n');
  there.advance(there.now + 100 * MS);
  expect(consoleText(vmOf(there)).slice(before)).toContain('up ');
});

test('where a card has its address already, it stays itself, but its link is cut until the other one’s cable is out', () => {
  const { file } = suspended();
  const there = hostWith({ 'a.vm': file }, [shellVm('a')]);
  expect(codeOf(moveIn(there, { vm: 'a2', file: 'a.vm', hash: snapshotHash(file) }))).toBe('done');
  expect(there.log.since(0).map(({ code }) => code)).toContain('vm.addressTaken');
  const setLink = (vm: string, up: boolean): string =>
    codeOf(there.execute({ op: 'vm.setLink', args: { vm, card: 0, up } }));
  const vm = vmOf(there, 'a2');
  expect(there.vmTable.isLinked(vm, 0)).toBe(false);
  expect(setLink('a2', true)).toBe('vm.addressTaken');
  expect(setLink('a', false)).toBe('done');
  expect(setLink('a2', true)).toBe('done');
  expect(there.vmTable.isLinked(vm, 0)).toBe(true);
  expect(setLink('a', true)).toBe('vm.addressTaken');
});

test('the same where a link leads to the one that has its address, on another host', () => {
  const { file, host } = suspended();
  const [mac = ''] = vmOf(host).macs;
  const there = hostWith({ 'a.vm': file }, []);
  const heard = [{ switch: 'lan', vm: 'far', mac }];
  expect(codeOf(moveIn(there, { vm: 'a', file: 'a.vm', hash: snapshotHash(file), heard }))).toBe('done');
  expect(there.log.since(0)).toContainEqual(
    expect.objectContaining({ vm: 'a', code: 'vm.addressTaken', data: { card: 0, other: 'far' } }),
  );
  expect(there.vmTable.isLinked(vmOf(there), 0)).toBe(false);
});

test('what does not fit is refused with its reason, and nothing of it stays', () => {
  const { file } = suspended();
  const hash = snapshotHash(file);
  const damaged = file.slice();
  damaged[damaged.length >> 1]! ^= 1;
  const host = bootHost([shellVm('a')]);
  const files: Files = {
    'a.vm': file,
    'damaged.vm': damaged,
    'cut.vm': file.subarray(0, file.length - 100),
    'host.vm': host.snapshot(),
    'text.vm': new TextEncoder().encode('a text'),
  };
  const there = hostWith(files, [shellVm('a')], { switches: [{ name: 'lan' }, { name: 'dmz' }] });
  const before = there.hash();
  const codes = (args: object): string => codeOf(moveIn(there, { vm: 'c', file: 'a.vm', hash, ...args }));
  expect(codes({ file: 'nothing.vm' })).toBe('image-missing');
  expect(codes({ hash: '0123456789abcdef' })).toBe('vm.otherFile');
  expect(codes({ vm: 'a' })).toBe('vm.nameTaken');
  expect(codes({ vm: 'lan' })).toBe('vm.nameTaken');
  expect(codes({ switch: 'wan' })).toBe('vm.noSuchSwitch');
  for (const [name, code] of [
    ['damaged.vm', 'snapshot.damaged'],
    ['cut.vm', 'snapshot.damaged'],
    ['host.vm', 'snapshot.kind'],
    ['text.vm', 'snapshot.foreign'],
  ] as const)
    expect(codes({ file: name, hash: snapshotHash(files[name]!) }), name).toBe(code);
  expect(there.hash()).toBe(before);
  expect(codes({ switch: 'dmz' })).toBe('done');
  expect(there.network.switches.get('dmz')?.ports).toHaveLength(1);
});

test('a copy’s addresses are the next that nobody has, in the same networks', () => {
  const address = (text: string): VmSpec => shellVm('x', { nics: [{ switch: 'lan', address: text }] });
  const addressOf = (spec: VmSpec, others: readonly VmSpec[]): string | undefined =>
    copyOfSpec(spec, 'y', others).nics[0]?.address;
  const own = address('10.0.0.254/24');
  expect(addressOf(own, [own, address('10.0.0.1/8')])).toBe('10.0.0.2/24');
  expect(addressOf(address('192.168.1.3/30'), [])).toBe('192.168.1.1/30');
  const both = ['192.168.1.1/30', '192.168.1.2/30'].map(address);
  expect(addressOf(both[0]!, both)).toBeUndefined();
  const mac = copyOfSpec(shellVm('x', { nics: [{ switch: 'lan', mac: '52:54:00:00:00:01' }] }), 'y', []);
  expect(mac.nics).toEqual([{ switch: 'lan' }]);
});
