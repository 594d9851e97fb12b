/** Our own mistakes, planted: an exception while a guest is served ends its VM, one in the host ends the host, no more. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { NS_PER_MS } from '#base/virtual-time';
import { EngineModule } from '#machine/engine-module';
import { Lab } from './lab.ts';
import type { Scenario } from './scenario.ts';
import { firstVisit } from './scenarios/first-visit.ts';
import { softwareResolver } from './software.ts';

function file(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(path, import.meta.url)));
}
const ENGINE = new EngineModule(file('../../.cache/engine/engine.wasm'));
const KERNEL = file('../guests/teaching-kernel/image/kernel.elf');
const SOFTWARE = softwareResolver({ bytes: (key) => (key === 'teaching' ? KERNEL : undefined) });

const [HOST] = firstVisit({ linux: false }).hosts;
const TWO_HOSTS: Scenario = {
  ...firstVisit({ linux: false }),
  hosts: [
    { ...HOST!, name: 'left' },
    { ...HOST!, name: 'right' },
  ],
};

function start(): Lab {
  const lab = Lab.create(TWO_HOSTS, ENGINE, { software: SOFTWARE, shared: false });
  lab.advance(100 * NS_PER_MS);
  return lab;
}
function answers(lab: Lab, host: number, vm: string): boolean {
  const before = lab.hosts[host]!.vm(vm)!.console.written;
  lab.execute(host, { op: 'console.input', args: { vm, text: 'mem\n' } });
  lab.advance(lab.now + 50 * NS_PER_MS);
  return lab.hosts[host]!.vm(vm)!.console.written > before + 20;
}

test('what is thrown while an exit is answered fails that VM, with its registers where the guest was', () => {
  const lab = start();
  const host = lab.hosts[0]!;
  const vm = host.vm('teach-2')!;
  vm.devices.slots[0]!.write = () => {
    throw new Error('planted');
  };
  expect(answers(lab, 0, 'teach-2')).toBe(false);
  expect(vm.state).toBe('failed');
  expect(vm.reason).toEqual({ code: 'internal', data: { message: 'planted' } });
  // The store of the driver, in its kernel: not the hypervisor's handler.
  expect(vm.registers(vm.vcpus[0]!).mode).toBe('VS');
  expect(lab.failure(0)).toBeUndefined();
  for (const name of ['teach-1', 'teach-3', 'teach-4'])
    expect([name, answers(lab, 0, name)]).toEqual([name, true]);
});

test('what is thrown elsewhere in a host ends that host; the other one goes on, and commands say why', () => {
  const lab = start();
  const { events } = lab.hosts[0]!.machine;
  events.on('planted', () => {
    throw new Error('planted');
  });
  const at = lab.now + 5 * NS_PER_MS;
  events.schedule(at, 'planted', 0);
  lab.advance(lab.now + 100 * NS_PER_MS);
  expect(lab.failure(0)).toEqual({ code: 'host.failed', data: { host: 'left', message: 'planted' } });
  expect(lab.failure(1)).toBeUndefined();
  expect(lab.hosts[0]!.now).toBe(at);
  expect(lab.now).toBeGreaterThanOrEqual(200 * NS_PER_MS);
  expect(lab.hosts[0]!.log.since(0).at(-1)).toMatchObject({ severity: 'error', code: 'host.failed' });
  const refused = lab.execute(0, { op: 'vm.pause', args: { vm: 'teach-1' } });
  expect(refused.ok ? '' : refused.error.code).toBe('host.failed');
  expect(answers(lab, 1, 'teach-1')).toBe(true);
});

test('a lab of which every host has failed stands still and does not hang', () => {
  const lab = start();
  for (const { machine } of lab.hosts) {
    machine.events.on('planted', () => {
      throw new Error('planted');
    });
    machine.events.schedule(lab.now + NS_PER_MS, 'planted', 0);
  }
  lab.advance(Number.POSITIVE_INFINITY);
  expect([lab.failure(0)?.code, lab.failure(1)?.code]).toEqual(['host.failed', 'host.failed']);
  const { now } = lab;
  lab.advance(now + NS_PER_MS);
  expect(lab.now).toBe(now);
});

test('a guest cut wherever it may be does what one does that runs through', () => {
  const cut = start();
  const whole = start();
  for (const lab of [cut, whole]) {
    lab.execute(0, { op: 'console.input', args: { vm: 'teach-1', text: 'ping 10.0.0.2\n' } });
    lab.execute(1, { op: 'console.input', args: { vm: 'teach-3', text: 'cpu 100 1\n' } });
  }
  let calls = 0;
  for (const end = 150 * NS_PER_MS; cut.now < end; calls++) cut.advance(end, () => true);
  whole.advance(150 * NS_PER_MS);
  expect(calls).toBeGreaterThan(50);
  expect(cut.hashes()).toEqual(whole.hashes());
});
