/** A physical card with a virtio controller that a VM is given whole: from the start, or plugged in while it runs, whatever its driver does. */
import { expect, test } from 'vitest';
import type { VmSpec } from '#base/scenario';
import { vmPlugCard } from '../../commands/vm-plug-card.ts';
import { command, consoleText, copyOf, outcomeOf, type, vmOf } from '../../fixtures/test-host.ts';
import type { Host } from '../../host.ts';
import { devicesOf } from '../monitor.ts';
import { booted, cardOwner, echo, exitsAt, MIB, MS, pluggable, run, until } from './fixtures/owners.ts';

const NIC = { switch: 'lan', way: 'passed-virtio' } as const;
const PLUG = { ...NIC, address: '10.0.0.2/24' } as const;
const BOUNCE = 'bounce 10.0.0.9 32';
const ALL_BACK = 'all came back as they were sent';
const virtioOwner = (name: string, more: Partial<VmSpec> = {}): VmSpec =>
  cardOwner(name, { nics: [NIC], ...more });

test('it is driven by the guest’s own driver, without an exit at its registers', () => {
  const host = booted([virtioOwner('a'), echo()]);
  expect(run(host, BOUNCE)).toContain(ALL_BACK);
  expect(exitsAt(host, 'virtio7')).toBe(0);
  const { devices } = vmOf(host);
  const [card] = devices.passed;
  expect(card!.counters.interrupts).toBeGreaterThan(0);
  expect([card!.counters.dmaRefused, card!.counters.dmaWalks > 0]).toEqual([0, true]);
  expect(devices.counted('net', 'framesIn')).toBeGreaterThanOrEqual(32);
  const shown = devicesOf(vmOf(host)).find(({ name }) => name === 'virtio7');
  expect(shown).toMatchObject({ kind: 'net', state: 'driver-ok', baseGpa: '0x10008000' });
  expect(shown!.passedThrough).toMatchObject({ of: 'lan', baseSpa: '0x40030000', device: 72 });
});

test('a snapshot of the host amid its work goes on as it would have', () => {
  const host = booted([virtioOwner('a'), echo()]);
  type(host, 'a', 'bounce 10.0.0.9 200\r');
  for (let step = 0; step < 3; step++) {
    host.advance(host.now + MS / 3);
    const copy = copyOf(host);
    expect(copy.hash()).toBe(host.hash());
    const end = host.now + MS;
    host.advance(end);
    copy.advance(end);
    expect(copy.hash()).toBe(host.hash());
  }
  host.advance(host.now + 500 * MS);
  expect(consoleText(vmOf(host))).toContain(ALL_BACK);
});

test('a switch has a card of each sort, and one VM has each', () => {
  const host = booted([
    virtioOwner('a'),
    cardOwner('plain', { append: 'virtlab.ip=10.0.0.3/24' }),
    virtioOwner('b', { append: 'virtlab.ip=10.0.0.4/24', autostart: false }),
    echo(),
  ]);
  expect(outcomeOf(host, 'vm.start', { vm: 'b' })).toBe('card.held');
  expect(run(host, BOUNCE, 'plain')).toContain(ALL_BACK);
  const macOf = (name: string): string => vmOf(host, name).devices.card(0)!.mac!.join(':');
  expect(macOf('plain')).not.toBe(macOf('a'));
  command(host, 'vm.powerOff', { vm: 'a' });
  command(host, 'vm.start', { vm: 'b' });
  host.advance(host.now + 60 * MS);
  expect(run(host, BOUNCE, 'b')).toContain(ALL_BACK);
});

const station = (name: string): VmSpec => pluggable(name, { append: 'virtlab.ip=10.0.0.2/24' });

/** Gives a VM that is off the card, and starts it: the teaching kernel's agent knows disks only. */
function startWith(host: Host, vm: string): void {
  command(host, 'vm.powerOff', { vm });
  command(host, 'vm.plugCard', { vm, ...PLUG, card: 0 });
  command(host, 'vm.start', { vm });
  host.advance(host.now + 60 * MS);
}

test('plugged into a VM that is off, it is there when that starts; taken out, another VM can have it', () => {
  const host = booted([station('a'), station('b'), echo()]);
  startWith(host, 'a');
  expect(run(host, BOUNCE)).toContain(ALL_BACK);
  const [card] = vmOf(host).devices.passed;
  // Its place was found empty as the VM booted without it.
  const before = exitsAt(host, card!.name);
  expect(run(host, BOUNCE)).toContain(ALL_BACK);
  expect(exitsAt(host, card!.name)).toBe(before);
  expect(outcomeOf(host, 'vm.plugCard', { vm: 'b', ...PLUG })).toBe('card.held');
  expect(vmOf(host, 'b').spec.nics).toEqual([]);
  expect(host.network.plugOf(vmOf(host, 'b').slot, 0)).toBeUndefined();
  command(host, 'vm.powerOff', { vm: 'a' });
  command(host, 'vm.unplugCard', { vm: 'a', card: 0 });
  expect(vmOf(host).spec.nics).toEqual([]);
  expect(host.network.plugOf(vmOf(host).slot, 0)).toBeUndefined();
  startWith(host, 'b');
  expect(run(host, BOUNCE, 'b')).toContain(ALL_BACK);
  expect(vmPlugCard.undo({ vm: 'b', ...PLUG, card: 0 })).toEqual({
    ...{ op: 'vm.unplugCard', args: { vm: 'b', card: 0 } },
  });
});

test('by force it goes at once, with what was under way', () => {
  const host = booted([virtioOwner('c', { autostart: false }), pluggable('a', { devices: [] }), echo()]);
  command(host, 'vm.powerOff', { vm: 'a' });
  command(host, 'vm.plugCard', { vm: 'a', ...PLUG });
  command(host, 'vm.start', { vm: 'a' });
  host.advance(host.now + 60 * MS);
  expect(outcomeOf(host, 'vm.unplugCard', { vm: 'a', card: 0 })).toBe('vm.driven');
  const { device } = vmOf(host).devices.passed[0]!;
  command(host, 'vm.unplugCard', { vm: 'a', card: 0, force: true });
  expect(device!.port.write(vmOf(host).memory.slots[0]!.base, new Uint8Array(4))).toBe(false);
  command(host, 'vm.start', { vm: 'c' });
  host.advance(host.now + 60 * MS);
  expect(run(host, BOUNCE, 'c')).toContain(ALL_BACK);
});

test('what cannot be plugged in is refused with the reason, and nothing of it stays', () => {
  const host = booted([
    pluggable('a', { devices: [{ kind: 'balloon' }, { kind: 'agent' }] }),
    pluggable('b', { allocation: 'on-demand' }),
  ]);
  for (const way of ['passed-through', 'emulated-pio', 'emulated-dma'])
    expect(outcomeOf(host, 'vm.plugCard', { vm: 'a', ...PLUG, way })).toBe('vm.notPluggableWay');
  expect(outcomeOf(host, 'vm.plugCard', { vm: 'b', ...PLUG })).toBe('vm.passedAllocation');
  command(host, 'vm.setBalloon', { vm: 'a', bytes: MIB });
  until(host, () => vmOf(host).memory.balloonedPages > 0);
  expect(outcomeOf(host, 'vm.plugCard', { vm: 'a', ...PLUG })).toBe('vm.passedLent');
  expect(vmOf(host).spec.nics).toEqual([]);
  expect(host.network.plugOf(vmOf(host).slot, 0)).toBeUndefined();
});

test('a VM goes back to where it had one that was plugged in, unless another has it now', () => {
  const host = booted([station('a'), station('b'), echo()]);
  startWith(host, 'a');
  run(host, BOUNCE);
  command(host, 'vm.snapshot', { vm: 'a', name: 'with' });
  command(host, 'vm.powerOff', { vm: 'a' });
  command(host, 'vm.unplugCard', { vm: 'a', card: 0 });
  startWith(host, 'b');
  expect(outcomeOf(host, 'vm.revert', { vm: 'a', snapshot: 'with' })).toBe('card.held');
  command(host, 'vm.powerOff', { vm: 'b' });
  command(host, 'vm.revert', { vm: 'a', snapshot: 'with' });
  expect(run(host, BOUNCE)).toContain(ALL_BACK);
  const copy = copyOf(host);
  expect(copy.hash()).toBe(host.hash());
});
