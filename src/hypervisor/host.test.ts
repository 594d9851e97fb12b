import { expect, test } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import { GUEST_STORE_STOPS } from '#base/trace-stops';
import { slicesBetween } from './cpu/recorded.ts';
import {
  bootHost,
  command,
  consoleText,
  PUT_A0,
  program,
  SHUT_DOWN,
  teachingKernel,
  type as typeText,
  vmOf,
  vmSpec,
} from './fixtures/test-host.ts';

const MS = 1_000_000;
const SPIN = program('spin', 'loop: j loop');
const SLEEP = program('sleep', 'loop: wfi\n j loop');
/** Where test programs leave results: the second MiB of RAM. */
const RESULTS = RAM_BASE + 0x10_0000;

/** Runs a program that ends by shutting down or for 100 ms, and gives words of the results area while it still runs. */
function resultsOf(name: string, text: string, words: number, vcpus = 1): number[] {
  const host = bootHost([vmSpec('a', program(name, `${text}\nend: wfi\n j end`), { vcpus })]);
  host.advance(100 * MS);
  const vm = vmOf(host);
  expect(vm.state).toBe('running');
  return Array.from({ length: words }, (_, n) => vm.memory.readU32(RESULTS + n * 4) | 0);
}

/** Assembly: one SBI call whose error and value go to the results area (s0 points there). */
const call = (eid: number, fid: number, a0 = 0, a1 = 0): string =>
  `li a0, ${a0}\n li a1, ${a1}\n li a2, 0\n li a7, ${eid}\n li a6, ${fid}\n ecall\n sw a0, 0(s0)\n sw a1, 4(s0)\n addi s0, s0, 8`;

test('a VM starts in VS-mode with its hart id and a device tree, and can end itself', () => {
  const host = bootHost([
    vmSpec('a', program('end', `lw t0, 0(a1)\n andi a0, t0, 0xff ${PUT_A0}${SHUT_DOWN}`)),
  ]);
  host.advance(10 * MS);
  const vm = vmOf(host);
  expect(vm.state).toBe('stopped');
  expect(vm.reason).toEqual({ code: 'vm.guestShutDown', data: {} });
  // The first byte of a device tree: 0xd00dfeed, big-endian.
  expect(vm.console.since(0).bytes).toEqual(Uint8Array.of(0xd0));
  expect(host.frames.free).toBe(host.frames.count);
});

test.each([
  ['a name that no scenario has', { name: 'a-' }, 'vm.badName'],
  ['a name that is too long', { name: 'a'.repeat(32) }, 'vm.badName'],
  ['the name of a switch', { name: 'lan' }, 'vm.nameTaken'],
  ['less memory than any VM has', { memoryBytes: 1 << 20 }, 'vm.memorySize'],
  ['more memory than any VM has', { memoryBytes: (1 << 30) + 4096 }, 'vm.memorySize'],
  ['a part of a page', { memoryBytes: (1 << 21) + 512 }, 'vm.memorySize'],
  ['more text for its kernel than any VM has', { append: 'a'.repeat(513) }, 'vm.appendLength'],
  ['no vCPU', { vcpus: 0 }, 'vm.vcpus'],
  ['more vCPUs than any VM has', { vcpus: 9 }, 'vm.vcpus'],
])('no VM is created with %s', (_, change, code) => {
  const host = bootHost([]);
  const created = host.execute({ op: 'vm.create', args: { vm: { ...vmSpec('a', SPIN), ...change } } });
  expect(created).toMatchObject({ ok: false, error: { code } });
  expect(host.vms()).toEqual([]);
});

test('SBI: what is there answers, what is absent or wrong says so', () => {
  const results = resultsOf(
    'sbi',
    [
      `li s0, ${RESULTS}`,
      call(0x10, 0),
      call(0x10, 3, 0x4442434e),
      call(0x10, 3, 0x504d55),
      call(0x10, 7),
      call(0x12345, 0),
      call(1, 0, 65),
      call(0x48534d, 0, 5, RAM_BASE),
      call(0x48534d, 0, 0, RAM_BASE),
      call(0x48534d, 0, 0, 0x1000),
      call(0x48534d, 2, 0),
      call(0x735049, 0, 2, 0),
      call(0x735049, 0, 0, 5),
      call(0x735049, 0, 0, 0),
      call(0x53525354, 0, 9, 0),
      call(0x4442434e, 0, 4, 0x1000),
    ].join('\n'),
    30,
  );
  expect(results).toEqual([
    ...[0, 0x0200_0000], // BASE.get_spec_version
    ...[0, 1], // probe DBCN
    ...[0, 0], // probe PMU
    ...[-2, 0], // BASE has no function 7
    ...[-2, 0], // no such extension
    ...[0, 0], // the legacy putchar, which leaves a1 alone
    ...[-3, 0], // HSM.hart_start of a hart that does not exist
    ...[-6, 0], // of one that runs
    ...[-5, 0], // at an address that is no memory
    ...[0, 0], // HSM.hart_get_status: started
    ...[-3, 0], // IPI to a hart that does not exist
    ...[-3, 0], // to nobody, from a hart on that does not exist
    ...[0, 0], // to nobody
    ...[-3, 0], // SRST of an unknown type
    ...[-3, 0], // DBCN from an address that is no memory
  ]);
});

test('a second vCPU is started, takes an IPI out of WFI, and stops', () => {
  const results = resultsOf(
    'smp',
    `
    li s0, ${RESULTS}
    la a1, second
    li a0, 1
    li a2, 77
    li a7, 0x48534d
    li a6, 0
    ecall
  wait: lw t0, 0(s0)
    beqz t0, wait
    li a0, 2
    li a1, 0
    li a7, 0x735049
    li a6, 0
    ecall
  wait2: lw t0, 4(s0)
    beqz t0, wait2
  wait3: li a0, 1
    li a7, 0x48534d
    li a6, 2
    ecall
    beqz a1, wait3
    sw a1, 8(s0)
    j end
  second:
    li s0, ${RESULTS}
    csrwi sie, 2
    add t1, a0, a1
    sw t1, 0(s0)
    wfi
    csrr t1, sip
    sw t1, 4(s0)
    li a7, 0x48534d
    li a6, 1
    ecall
    `,
    3,
    2,
  );
  expect(results).toEqual([78, 2, 1]);
});

test('HSM says suspended for a vCPU that waits in hart_suspend, not for one in WFI; it goes on there, or where it said', () => {
  const status = (wanted: number, label: string): string =>
    `${label}: li a0, 1\n li a7, 0x48534d\n li a6, 2\n ecall\n li t0, ${wanted}\n bne a1, t0, ${label}`;
  const interrupt = 'li a0, 2\n li a1, 0\n li a7, 0x735049\n li a6, 0\n ecall';
  const results = resultsOf(
    'suspend',
    `
    li s0, ${RESULTS}
    li a0, 1
    la a1, second
    li a7, 0x48534d
    li a6, 0
    ecall
    ${status(4, 'retentive')}
    ${interrupt}
    ${status(4, 'elsewhere')}
    ${interrupt}
  asleep: lw t0, 8(s0)
    beqz t0, asleep
    li s1, 1000
  settled: addi s1, s1, -1
    bnez s1, settled
    li a0, 1
    li a7, 0x48534d
    li a6, 2
    ecall
    addi a1, a1, 100
    sw a1, 12(s0)
    li a0, 0
    la a1, never
    li a7, 0x53555350
    li a6, 0
    ecall
    sw a0, 16(s0)
    ${interrupt}
    ${status(1, 'stopped')}
    li t0, 32
    csrw sie, t0
    rdtime t0
    li t1, 20000
    add a0, t0, t1
    li a7, 0x54494d45
    li a6, 0
    ecall
    li a0, 0
    la a1, woken
    li a2, 55
    li a7, 0x53555350
    ecall
  never: j never
  woken:
    li s0, ${RESULTS}
    addi t0, a0, 60
    sw t0, 20(s0)
    sw a1, 24(s0)
    j end
  second:
    li s0, ${RESULTS}
    csrwi sie, 2
    li a0, 0
    li a7, 0x48534d
    li a6, 3
    ecall
    addi a0, a0, 7
    sw a0, 0(s0)
    csrwi sip, 0
    li a0, 0x80000000
    la a1, there
    li a2, 66
    ecall
    j never
  there:
    li s0, ${RESULTS}
    sw a1, 4(s0)
    csrwi sip, 0
    sw a1, 8(s0)
    wfi
    csrwi sip, 0
    li a7, 0x48534d
    li a6, 1
    ecall
    `,
    7,
    2,
  );
  expect(results).toEqual([7, 66, 66, 100, -4, 60, 55]);
});

test('set_timer wakes a vCPU from WFI at its time', () => {
  const results = resultsOf(
    'timer',
    `
    li s0, ${RESULTS}
    li t0, 32
    csrw sie, t0
    rdtime s1
    li t0, 50000
    add a0, s1, t0
    li a7, 0x54494d45
    li a6, 0
    ecall
    wfi
    rdtime s2
    sub s2, s2, s1
    sw s2, 0(s0)
    `,
    1,
  );
  // 50,000 ticks of 100 ns, and the exits' cost.
  expect(results[0]).toBeGreaterThanOrEqual(50_000);
  expect(results[0]).toBeLessThan(50_100);
});

test('an address without memory or device is an access fault of the guest, and so is an atomic to a device', () => {
  const results = resultsOf(
    'void',
    `
    li s0, ${RESULTS}
    la t0, handler
    csrw stvec, t0
    li t1, 0x1000
    lw t2, 0(t1)
    sw t2, 4(t1)
    li t1, 0x7ffffffc
    ld t2, 0(t1)
    li t1, 0x0c000000
    amoadd.w t2, t2, (t1)
    li t1, 0x3000
    la ra, end
    jr t1
  handler:
    csrr t3, scause
    csrr t4, stval
    sw t3, 0(s0)
    sw t4, 4(s0)
    addi s0, s0, 8
    csrr t5, sepc
    addi t5, t5, 4
    csrw sepc, t5
    li t6, 1
    bne t3, t6, back
    csrw sepc, ra
  back: sret
    `,
    10,
  );
  expect(results.slice(0, 4)).toEqual([5, 0x1000, 7, 0x1004]);
  expect(results[4]).toBe(5);
  expect(results[6]).toBe(7);
  expect(results.slice(8)).toEqual([1, 0x3000]);
});

test('device registers are read and written in all widths, compressed instructions included', () => {
  // The word is c.lw a3, 0(a1) and c.nop.
  const results = resultsOf(
    'mmio',
    `
    li s0, ${RESULTS}
    li a1, 0x10001000
    lw a2, 0(a1)
    sw a2, 0(s0)
    .word 0x00014194
    sw a3, 4(s0)
    ld a4, 0(a1)
    sw a4, 8(s0)
    srli a4, a4, 32
    sw a4, 12(s0)
    li a5, 0x10000000
    li a2, 0x85
    sb a2, 7(a5)
    lb a2, 7(a5)
    sw a2, 16(s0)
    lbu a2, 7(a5)
    sw a2, 20(s0)
    `,
    6,
  );
  expect(results).toEqual([0x7472_6976, 0x7472_6976, 0x7472_6976, 2, -123, 0x85]);
});

test('a guest whose trap handler is gone too stops with a reason and keeps its state; the others run on', () => {
  const lost = program('lost', 'li t0, 0x2000\n csrw stvec, t0\n li t1, 0x1000\n jr t1');
  const host = bootHost([vmSpec('a', lost), vmSpec('b', SPIN)]);
  host.advance(100 * MS);
  const vm = vmOf(host);
  expect([vm.state, vm.reason]).toEqual(['failed', { code: 'vm.lost', data: { pc: '0x2000' } }]);
  expect(vm.registers(vm.vcpus[0]!).pc).toEqual([0x2000, 0]);
  expect(vm.memory.dataFrames).toBeGreaterThan(0);
  expect(vmOf(host, 'b').vcpus[0]!.runNs).toBeGreaterThan(99 * MS);
  expect(host.execute({ op: 'vm.reset', args: { vm: 'a' } }).ok).toBe(true);
  expect(vm.state).toBe('running');
});

test('round robin gives two busy VMs half a hart each; one that waits gives its time away', () => {
  const busy = bootHost([vmSpec('a', SPIN), vmSpec('b', SPIN)]);
  busy.advance(1000 * MS);
  for (const { runNs } of ['a', 'b'].map((name) => vmOf(busy, name).vcpus[0]!)) {
    expect(runNs).toBeGreaterThan(470 * MS);
    expect(runNs).toBeLessThan(530 * MS);
  }
  const idle = bootHost([vmSpec('a', SPIN), vmSpec('b', SLEEP)]);
  idle.advance(1000 * MS);
  expect(vmOf(idle, 'a').vcpus[0]!.runNs).toBeGreaterThan(990 * MS);
  expect(vmOf(idle, 'b').measure().cpu).toBeLessThan(MS);
  const [slice] = slicesBetween(busy.cpus[0]!.timeline, 100 * MS, 1000 * MS, 10);
  expect(slice!.endNs - slice!.startNs).toBeGreaterThanOrEqual(10 * MS);
});

test('a paused VM uses no time, and its clock stands', () => {
  const clock = program('clock', `li s0, ${RESULTS}\nloop: rdtime t0\n sw t0, 0(s0)\n j loop`);
  const host = bootHost([vmSpec('a', clock)]);
  const vm = vmOf(host);
  const seen = (): number => vm.memory.readU32(RESULTS);
  host.advance(100 * MS);
  expect(host.execute({ op: 'vm.pause', args: { vm: 'a' } }).ok).toBe(true);
  const atPause = seen();
  const { cpu } = vm.measure();
  host.advance(900 * MS);
  expect([seen(), vm.measure().cpu]).toEqual([atPause, cpu]);
  host.execute({ op: 'vm.resume', args: { vm: 'a' } });
  host.advance(1000 * MS);
  // 100 ms before and 100 ms after, in ticks of 100 ns.
  expect(seen()).toBeGreaterThan(1_990_000);
  expect(seen()).toBeLessThanOrEqual(2_000_000);
});

test('commands that make no sense are refused by name', () => {
  const host = bootHost([vmSpec('a', SPIN, { autostart: false }), vmSpec('b', 'not-there')]);
  const refused = (op: 'vm.pause' | 'vm.start' | 'vm.delete', vm: string): string => {
    const result = host.execute({ op, args: { vm } });
    return result.ok ? 'done' : result.error.code;
  };
  expect(refused('vm.pause', 'a')).toBe('wrong-state');
  expect(refused('vm.start', 'b')).toBe('image-missing');
  expect(refused('vm.start', 'c')).toBe('no-such-vm');
  expect(refused('vm.delete', 'b')).toBe('done');
  expect(refused('vm.start', 'a')).toBe('done');
  expect(refused('vm.delete', 'a')).toBe('wrong-state');
  const again = host.execute({ op: 'vm.create', args: { vm: vmSpec('a', SPIN) } });
  expect(again).toMatchObject({ ok: false, error: { code: 'vm.nameTaken' } });
  expect(host.log.since(0).filter(({ severity }) => severity === 'error')).toMatchObject([
    { vm: 'b', code: 'image-missing' },
    { vm: 'b', code: 'image-missing' },
    { vm: 'a', code: 'vm.nameTaken' },
  ]);
});

test('fixed allocation takes all frames at the start; a host without enough of them says so', () => {
  const host = bootHost([
    vmSpec('a', SPIN, { allocation: 'fixed' }),
    vmSpec('b', SPIN, { allocation: 'fixed', memoryBytes: 64 << 20 }),
  ]);
  expect(vmOf(host).memory.dataFrames).toBe(512);
  expect(vmOf(host, 'b').state).toBe('created');
  expect(host.log.since(0).at(-1)).toMatchObject({ vm: 'b', code: 'vm.memoryShort' });
  expect(vmOf(host, 'b').memory.dataFrames).toBe(0);
});

/** Touches one page after the other, and says so when it has all of 16 MiB. */
const GREEDY = program(
  'greedy',
  `li t0, ${RAM_BASE}
li t1, 4096
li t2, ${RAM_BASE + (15 << 20)}
loop: add t0, t0, t1
 sd t0, 0(t0)
 bltu t0, t2, loop
 li a0, 0x64
 ${PUT_A0}
end: j end`,
);

test('a guest that needs more frames than there are waits, and goes on where it stood when there are some', () => {
  const vms = ['a', 'b', 'c'].map((name) => vmSpec(name, GREEDY, { memoryBytes: 16 << 20 }));
  const host = bootHost([...vms, vmSpec('spin', SPIN)]);
  host.advance(400 * MS);
  const waits = host.vms().filter(({ state }) => state === 'paused');
  expect(waits.map(({ reason }) => reason?.code)).toContain('vm.outOfFrames');
  expect(host.frames.free).toBe(0);
  expect(vmOf(host, 'spin').state).toBe('running');
  expect(host.log.since(0).at(-1)).toMatchObject({ severity: 'warning', code: 'vm.outOfFrames' });
  // Resumed without any, it waits again.
  const [last] = waits;
  command(host, 'vm.resume', { vm: last!.spec.name });
  host.advance(500 * MS);
  expect(last!.state).toBe('paused');
  for (const vm of ['a', 'b', 'c']) if (vm !== last!.spec.name) command(host, 'vm.powerOff', { vm });
  command(host, 'vm.resume', { vm: last!.spec.name });
  host.advance(900 * MS);
  expect([last!.state, last!.reason, consoleText(last!)]).toEqual(['running', undefined, 'd']);
});

test('the teaching kernel boots in 2 MiB, takes commands, and two of them ping each other', () => {
  const kernel = teachingKernel();
  const nics = [{ switch: 'lan' }];
  const host = bootHost([
    vmSpec('a', kernel, { nics, append: 'virtlab.host=a virtlab.ip=10.0.0.1/24' }),
    vmSpec('b', kernel, { nics, append: 'virtlab.host=b virtlab.ip=10.0.0.2/24' }),
  ]);
  host.advance(50 * MS);
  expect(consoleText(vmOf(host))).toContain('a$ ');
  typeText(host, 'a', 'ping 10.0.0.2 2 100\n');
  host.advance(500 * MS);
  expect(consoleText(vmOf(host))).toContain('2 sent, 2 received, 0 % lost');
  expect(vmOf(host).measure()['net-rx']).toBeGreaterThan(0);
  host.execute({ op: 'vm.shutDown', args: { vm: 'b' } });
  host.advance(700 * MS);
  expect(vmOf(host, 'b').state).toBe('stopped');
});

test('cpu 30 uses 30 % of a hart beside a VM that spins', () => {
  const host = bootHost([vmSpec('a', teachingKernel()), vmSpec('b', SPIN)], { timeSliceNs: MS });
  host.advance(50 * MS);
  typeText(host, 'a', 'cpu 30\n');
  host.advance(1000 * MS);
  const { fine: samples } = vmOf(host).sampled;
  const share = (samples.at(8, 'cpu') - samples.at(3, 'cpu')) / (500 * MS);
  expect(share).toBeGreaterThan(0.27);
  expect(share).toBeLessThan(0.33);
});

test('one guest store is recorded at all its stops, in their order', () => {
  const host = bootHost([vmSpec('a', teachingKernel())]);
  host.advance(50 * MS);
  host.trace.arm(1, 0);
  typeText(host, 'a', 'store\n');
  host.advance(200 * MS);
  const recorded = host.trace.entries();
  const below = GUEST_STORE_STOPS.filter(({ layer }) => layer === 'machine' || layer === 'hypervisor');
  expect(recorded.map(({ stop }) => stop)).toEqual(below.map(({ id }) => id));
  const mapped = recorded.find(({ stop }) => stop === 'map')!.data;
  expect(host.frames.guestFrames[Number(mapped['spfn']) - 0x8_0000]).toBe(mapped['gfn']);
});

test('a flood on the console keeps only the newest output', () => {
  const flood = program('flood', `loop: li a0, 88 ${PUT_A0} j loop`);
  const host = bootHost([vmSpec('a', flood)]);
  host.advance(800 * MS);
  const part = vmOf(host).console.since(0);
  expect(part.bytes.length).toBe(256 * 1024);
  expect(part.bytes.length + part.dropped).toBe(vmOf(host).console.written);
});

test('a guest that reports a failure has failed: its state is kept, and it is started again as one that was switched off', () => {
  const panic = program('panic', 'li a7, 0x53525354\n li a6, 0\n li a0, 0\n li a1, 1\n ecall\n here: j here');
  const host = bootHost([vmSpec('a', panic)]);
  host.advance(10 * MS);
  const vm = vmOf(host);
  expect([vm.state, vm.reason?.code]).toEqual(['failed', 'vm.guestPanic']);
  expect(vm.memory.dataFrames).toBeGreaterThan(0);
  expect(host.log.since(0).at(-1)).toMatchObject({ severity: 'error', code: 'vm.guestPanic' });
  for (const op of ['vm.start', 'vm.reset', 'vm.powerOff'] as const) {
    expect(host.execute({ op, args: { vm: 'a' } }).ok).toBe(true);
    host.advance(host.now + 10 * MS);
  }
  expect([vm.state, vm.memory.dataFrames]).toEqual(['stopped', 0]);
});

test('a VM that is created with an address or a MAC that another has is warned of in the log', () => {
  const nics = [{ switch: 'lan', address: '10.0.0.1/24', mac: '52:54:00:00:00:01' }];
  const host = bootHost([vmSpec('a', SPIN, { nics })]);
  expect(host.execute({ op: 'vm.create', args: { vm: vmSpec('b', SPIN, { nics: [...nics] }) } }).ok).toBe(
    true,
  );
  const warnings = host.log.since(0).filter(({ severity }) => severity === 'warning');
  expect(warnings.map(({ vm, code }) => [vm, code])).toEqual([
    ['b', 'card.addressTaken'],
    ['b', 'card.macTaken'],
  ]);
});
