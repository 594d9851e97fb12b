/** Our own mistakes, planted: an exception while a guest is served ends its VM, one in the host ends the host, no more. */
import { expect, test } from 'vitest';
import { NS_PER_MS } from '#base/virtual-time';
import { expectSameLab } from './fixtures/same-lab.ts';
import { hostOf, startLab } from './fixtures/test-lab.ts';
import type { Lab } from './lab.ts';
import type { Scenario } from './scenario.ts';
import { firstVisit } from './scenarios/first-visit.ts';

const [HOST] = firstVisit({ linux: false }).hosts;
const TWO_HOSTS: Scenario = {
  ...firstVisit({ linux: false }),
  hosts: [
    { ...HOST!, name: 'left' },
    { ...HOST!, name: 'right' },
  ],
};

async function start(wallMs?: () => number): Promise<Lab> {
  const lab = await startLab(TWO_HOSTS, false, wallMs);
  await lab.advance(100 * NS_PER_MS);
  return lab;
}
async function answers(lab: Lab, host: number, vm: string): Promise<boolean> {
  const before = hostOf(lab, host).vm(vm)!.console.written;
  await lab.execute(host, { op: 'console.input', args: { vm, text: 'mem\n' } });
  await lab.advance(lab.now + 50 * NS_PER_MS);
  return hostOf(lab, host).vm(vm)!.console.written > before + 20;
}

test('what is thrown while an exit is answered fails that VM, with its registers where the guest was', async () => {
  const lab = await start();
  const host = hostOf(lab);
  const vm = host.vm('teach-2')!;
  vm.devices.slots[0]!.write = () => {
    throw new Error('planted');
  };
  expect(await answers(lab, 0, 'teach-2')).toBe(false);
  expect(vm.state).toBe('failed');
  expect(vm.reason).toEqual({ code: 'internal', data: { message: 'planted' } });
  // The store of the driver, in its kernel: not the hypervisor's handler.
  expect(vm.registers(vm.vcpus[0]!).mode).toBe('VS');
  expect(lab.failure(0)).toBeUndefined();
  for (const name of ['teach-1', 'teach-3', 'teach-4'])
    expect([name, await answers(lab, 0, name)]).toEqual([name, true]);
});

test('what is thrown elsewhere in a host ends that host; the other one goes on, and commands say why', async () => {
  const lab = await start();
  const { events } = hostOf(lab).machine;
  events.on('planted', () => {
    throw new Error('planted');
  });
  const at = lab.now + 5 * NS_PER_MS;
  events.schedule(at, 'planted', 0);
  await lab.advance(lab.now + 100 * NS_PER_MS);
  expect(lab.failure(0)).toEqual({ code: 'host.failed', data: { host: 'left', message: 'planted' } });
  expect(lab.failure(1)).toBeUndefined();
  expect(hostOf(lab).now).toBe(at);
  expect(lab.now).toBeGreaterThanOrEqual(200 * NS_PER_MS);
  const refused = await lab.execute(0, { op: 'vm.pause', args: { vm: 'teach-1' } });
  expect(refused.ok ? '' : refused.error.code).toBe('host.failed');
  expect(await answers(lab, 1, 'teach-1')).toBe(true);
});

test('a lab of which every host has failed stands still and does not hang', async () => {
  const lab = await start();
  for (const index of lab.hosts.keys()) {
    const { machine } = hostOf(lab, index);
    machine.events.on('planted', () => {
      throw new Error('planted');
    });
    machine.events.schedule(lab.now + NS_PER_MS, 'planted', 0);
  }
  await lab.advance(Number.POSITIVE_INFINITY);
  expect([lab.failure(0)?.code, lab.failure(1)?.code]).toEqual(['host.failed', 'host.failed']);
  const { now } = lab;
  await lab.advance(now + NS_PER_MS);
  expect(lab.now).toBe(now);
});

test('a guest cut wherever it may be does what one does that runs through', async () => {
  // A clock that is past every deadline.
  const cut = await start(() => 1);
  const whole = await start();
  for (const lab of [cut, whole]) {
    await lab.execute(0, { op: 'console.input', args: { vm: 'teach-1', text: 'ping 10.0.0.2\n' } });
    await lab.execute(1, { op: 'console.input', args: { vm: 'teach-3', text: 'cpu 100 1\n' } });
  }
  let calls = 0;
  for (const end = 150 * NS_PER_MS; cut.now < end; calls++) await cut.advance(end, { deadlineMs: 0 });
  await whole.advance(150 * NS_PER_MS);
  expect(calls).toBeGreaterThan(50);
  await expectSameLab(cut, whole);
});
