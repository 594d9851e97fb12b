import { expect, test } from 'vitest';
import {
  cardConflicts,
  freeAddressAt,
  heardBy,
  hearing,
  vmConflicts,
  type WiredLab,
} from './card-conflicts.ts';
import type { NicSpec } from './scenario.ts';

function vm(name: string, ...nics: NicSpec[]) {
  return { spec: { name, nics } };
}
const lab: WiredLab = {
  hosts: [
    { vms: [vm('a', { switch: 'lan', address: '10.0.0.1/24', mac: '52:54:00:00:00:01' })] },
    { vms: [vm('b', { switch: 'lan', address: '10.0.0.2/24' })] },
    { vms: [vm('c', { switch: 'lan', address: '10.0.0.9/24' })] },
  ],
  links: [{ a: { host: 0, switch: 'lan' }, b: { host: 1, switch: 'lan' } }],
};
const conflicts = (nic: NicSpec, host = 1) =>
  cardConflicts(lab, { host, vm: 'new', nic }).map(({ code }) => code);

test('an address that somebody has on a host that links lead to is taken; on one that none does it is free', () => {
  expect(conflicts({ switch: 'lan', address: '10.0.0.1/24' })).toEqual(['card.addressTaken']);
  expect(conflicts({ switch: 'lan', address: '10.0.0.1/8' })).toEqual(['card.addressTaken']);
  expect(conflicts({ switch: 'lan', address: '10.0.0.9/24' })).toEqual([]);
  expect(conflicts({ switch: 'dmz', address: '10.0.0.1/24' })).toEqual([]);
});

test('two cards with one MAC that hear each other are told of', () => {
  expect(conflicts({ switch: 'lan', mac: '52:54:00:00:00:01' })).toEqual(['card.macTaken']);
  expect(conflicts({ switch: 'lan', mac: '52:54:00:00:00:01' }, 2)).toEqual([]);
});

test('an address that no station can have is told of', () => {
  expect(conflicts({ switch: 'lan', address: '10.0.0.255/24' })).toEqual(['card.broadcast']);
});

test('a VM is in no conflict with itself', () => {
  const [nic] = lab.hosts[0]!.vms[0]!.spec.nics;
  expect(cardConflicts(lab, { host: 0, vm: 'a', nic: nic! })).toEqual([]);
});

test('the free address that is offered is one that no host in reach has', () => {
  expect(freeAddressAt(lab, { host: 0, switch: 'lan' })).toBe('10.0.0.3/24');
  expect(freeAddressAt(lab, { host: 2, switch: 'lan' })).toBe('10.0.0.10/24');
  expect(freeAddressAt(lab, { host: 0, switch: 'dmz' })).toBe('10.0.0.1/24');
});

test('a host hears the cards behind its links, and none of those that it sees itself', () => {
  expect(heardBy(lab, 1)).toEqual([
    { switch: 'lan', vm: 'a', address: '10.0.0.1/24', mac: '52:54:00:00:00:01' },
  ]);
  expect(heardBy(lab, 2)).toEqual([]);
});

test('with what it hears, a host knows of the conflicts that the whole lab has', () => {
  const own = vm('new', { switch: 'lan', address: '10.0.0.1/24', mac: '52:54:00:00:00:01' });
  const alone = vmConflicts(hearing([own], heardBy(lab, 1)), 0, own.spec);
  expect(alone.map(({ code, data }) => [code, data?.['other']])).toEqual([
    ['card.addressTaken', 'a'],
    ['card.macTaken', 'a'],
  ]);
});
