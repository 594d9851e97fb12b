/** vCPUs that a VM gets and gives back while its guest runs. */
import { expect, test, vi } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import { bootHost, command, copyOf, outcomeOf, program, vmOf, vmSpec } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import { agentMessage, FROM_AGENT } from './agent/protocol.ts';

const MS = 1_000_000;
const RESULTS = RAM_BASE + 0x10_0000;
/** Words of the results: what hart_start answered last, what the second vCPU has counted; and what the test tells it. */
const ANSWER = RESULTS;
const COUNT = RESULTS + 16;
const STOP = RESULTS + 24;
const HALT = RESULTS + 32;
const HSM = 0x48_534d;

/** The first vCPU starts the second, again and again, unless told to halt; that one counts until it is told to stop. */
const TWO = program(
  'two',
  `li s0, ${RESULTS}
  again: lw t0, 32(s0)
    bnez t0, again
    li a0, 1
    la a1, second
    li a2, 0
    li a6, 0
    li a7, ${HSM}
    ecall
    sw a0, 0(s0)
    j again
  second: li s0, ${RESULTS}
  more: lw t0, 16(s0)
    addi t0, t0, 1
    sw t0, 16(s0)
    lw t1, 24(s0)
    beqz t1, more
    li a6, 1
    li a7, ${HSM}
    ecall
  end: j end`,
);
const boot = (): Host => bootHost([vmSpec('a', TWO, { maxVcpus: 2 })]);
const word = (host: Host, at: number): number => vmOf(host).memory.readU32(at) | 0;
const give = (host: Host, vcpus: number): string => outcomeOf(host, 'vm.setVcpus', { vm: 'a', vcpus });
const run = (host: Host, ms = 5): void => void host.advance(host.now + ms * MS);

test('a vCPU that was not given cannot be started; once it is given it can, and runs', () => {
  const host = boot();
  run(host);
  expect([word(host, ANSWER), word(host, COUNT), vmOf(host).vcpus.length]).toEqual([-1, 0, 2]);
  expect(give(host, 2)).toBe('done');
  run(host, 30);
  expect(word(host, COUNT)).toBeGreaterThan(1000);
  expect(vmOf(host).spec).toMatchObject({ vcpus: 2 });
  expect(vmOf(host).spec.maxVcpus).toBeUndefined();
});

test('there are no more than the device tree names', () => {
  const host = boot();
  expect(give(host, 3)).toBe('vm.vcpusMost');
  expect(vmOf(host).spec.vcpus).toBe(1);
});

test('one that the guest uses is not taken from it; one that it stopped is, and cannot be started again', () => {
  const host = boot();
  give(host, 2);
  run(host, 30);
  expect(give(host, 1)).toBe('vm.vcpuInUse');
  expect(vmOf(host).spec.vcpus).toBe(2);
  for (const flag of [HALT, STOP]) vmOf(host).memory.writeU32(flag, 1);
  run(host, 30);
  expect(vmOf(host).vcpus[1]!.state).toBe('off');
  expect(give(host, 1)).toBe('done');
  expect(vmOf(host).spec).toMatchObject({ vcpus: 1, maxVcpus: 2 });
  const counted = word(host, COUNT);
  vmOf(host).memory.writeU32(HALT, 0);
  run(host, 30);
  expect([word(host, ANSWER), word(host, COUNT)]).toEqual([-1, counted]);
});

test('a VM that is reset has what it was given last; a host that was saved goes on with it', () => {
  const host = boot();
  give(host, 2);
  run(host, 30);
  const restored = copyOf(host);
  for (const each of [host, restored]) run(each, 50);
  expect(restored.hash()).toBe(host.hash());
  command(host, 'vm.reset', { vm: 'a' });
  expect(word(host, COUNT)).toBe(0);
  run(host, 30);
  expect(word(host, COUNT)).toBeGreaterThan(1000);
});

test('a snapshot of a VM brings back what it had then', () => {
  const host = boot();
  run(host);
  command(host, 'vm.snapshot', { vm: 'a', name: 'one' });
  give(host, 2);
  run(host, 30);
  command(host, 'vm.revert', { vm: 'a', snapshot: 'one' });
  expect(vmOf(host).spec).toMatchObject({ vcpus: 1, maxVcpus: 2 });
  run(host, 30);
  expect([word(host, ANSWER), word(host, COUNT)]).toEqual([-1, 0]);
});

test('an agent is asked, each vCPU by itself; what the guest would not let go it keeps', () => {
  const host = bootHost([vmSpec('a', TWO, { maxVcpus: 2, devices: [{ kind: 'agent' }] })]);
  const { bytePort } = vmOf(host).devices;
  vi.spyOn(bytePort!, 'isOpen', 'get').mockReturnValue(true);
  vi.spyOn(bytePort!, 'room', 'get').mockReturnValue(4096);
  const sent = vi.spyOn(bytePort!, 'send').mockImplementation(() => 0);
  const say = (type: number, request: number, text: string): void =>
    bytePort!.onBytes(agentMessage(type, request, new TextEncoder().encode(text)));
  const asked = (): string => new TextDecoder().decode(sent.mock.lastCall?.[0].subarray(8));
  say(FROM_AGENT.hello, 0, 'system test\ncan processors\n');
  give(host, 2);
  expect(asked()).toBe('1 on');
  say(FROM_AGENT.done, vmOf(host).agent.jobs.at(-1)!.id, '1');
  run(host, 30);
  expect(give(host, 1)).toBe('done');
  expect([asked(), vmOf(host).spec.vcpus]).toEqual(['1 off', 1]);
  say(FROM_AGENT.failed, vmOf(host).agent.jobs.at(-1)!.id, 'it does not stop');
  expect(vmOf(host).spec.vcpus).toBe(2);
});

test('of several that are taken at once the guest is asked one by one, and none is kept before all have been answered', () => {
  const host = bootHost([vmSpec('a', TWO, { vcpus: 3, maxVcpus: 3, devices: [{ kind: 'agent' }] })]);
  const { bytePort } = vmOf(host).devices;
  vi.spyOn(bytePort!, 'isOpen', 'get').mockReturnValue(true);
  vi.spyOn(bytePort!, 'room', 'get').mockReturnValue(4096);
  vi.spyOn(bytePort!, 'send').mockImplementation(() => 0);
  const say = (type: number, request: number, text: string): void =>
    bytePort!.onBytes(agentMessage(type, request, new TextEncoder().encode(text)));
  say(FROM_AGENT.hello, 0, 'system test\ncan processors\n');
  for (const vcpu of vmOf(host).vcpus) vcpu.state = 'waiting';
  expect(give(host, 1)).toBe('done');
  const [last, middle] = vmOf(host).agent.jobs.map(({ id }) => id);
  vmOf(host).vcpus[2]!.state = 'off';
  say(FROM_AGENT.done, last!, '2');
  expect(vmOf(host).spec.vcpus).toBe(1);
  // The other one it keeps.
  say(FROM_AGENT.failed, middle!, 'it does not stop');
  expect(vmOf(host).spec.vcpus).toBe(2);
});
