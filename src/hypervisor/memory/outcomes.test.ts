/** What becomes of guests whose pages are not as they were: swapped, watched, forbidden. On running VMs. */
import { expect, test } from 'vitest';
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import { virtioWindow } from '#machine/devices/platform';
import * as reg from '#machine/devices/virtio/registers';
import { PTE_R, PTE_W } from '#machine/page-tables/page-table-entry';
import { bootHost, copyOf, program, vmOf, vmSpec } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import type { Vm } from '../vm/vm.ts';
import { giveBack } from './balloon.ts';
import { swapOut } from './swap/swapping.ts';

const MS = 1_000_000;
/** A page of the guest that programs here work on, and one where they leave what they found. */
const PAGE = RAM_BASE + 0x10_0000;
const RESULTS = RAM_BASE + 0x11_0000;

/** Counts in RESULTS, and adds what lies at PAGE to a sum beside it, for ever. */
const READER = program(
  'reader',
  `
  li s0, ${RESULTS}
  li s1, ${PAGE}
next:
  lw t0, 0(s1)
  lw t1, 4(s0)
  add t1, t1, t0
  sw t1, 4(s0)
  lw t1, 0(s0)
  addi t1, t1, 1
  sw t1, 0(s0)
  j next`,
);

/** Adds 1 at PAGE once for each byte that is typed, and counts store faults in RESULTS. */
const WRITER = program(
  'writer',
  `
  la t0, handler
  csrw stvec, t0
  li s0, ${RESULTS}
  li s1, ${PAGE}
  lw t0, 0(s1)
  li t0, 1
  sw t0, 8(s0)
wait:
  lw t0, 12(s0)
  beqz t0, wait
  sw zero, 12(s0)
  lw t0, 0(s1)
  addi t0, t0, 1
  sw t0, 0(s1)
  lw t0, 4(s0)
  addi t0, t0, 1
  sw t0, 4(s0)
  j wait
  .align 2
handler:
  csrr t2, scause
  sw t2, 16(s0)
  lw t2, 0(s0)
  addi t2, t2, 1
  sw t2, 0(s0)
  csrr t3, sepc
  addi t3, t3, 4
  csrw sepc, t3
  sret`,
);

const word = (host: Host, offset: number, vm = 'a'): number =>
  vmOf(host, vm).memory.readU32(RESULTS + offset);

test('a vCPU whose page is swapped out is blocked, others run meanwhile, and it goes on when the page is there', () => {
  const host = bootHost([vmSpec('a', READER), vmSpec('b', READER)]);
  host.advance(50 * MS);
  const vm = vmOf(host);
  vm.memory.writeU32(PAGE, 3);
  expect(swapOut(vm.memory, PAGE)).toBe(true);
  const other = word(host, 0, 'b');
  const [vcpu] = vm.vcpus;
  // The disk is made busy, so that the page is long on its way.
  for (let page = 0; page < 200; page++) {
    vm.memory.writeU32(PAGE + 0x2_0000 + page * PAGE_SIZE, 1);
    swapOut(vm.memory, PAGE + 0x2_0000 + page * PAGE_SIZE);
  }
  host.advance(62 * MS);
  expect(vcpu!.state).toBe('blocked');
  expect(vcpu!.awaited).toBe(PAGE / PAGE_SIZE);
  const counted = word(host, 0);
  host.advance(66 * MS);
  expect([word(host, 0), vcpu!.state]).toEqual([counted, 'blocked']);
  expect(word(host, 0, 'b')).toBeGreaterThan(other);
  host.advance(150 * MS);
  expect(word(host, 0)).toBeGreaterThan(counted);
  expect(vcpu!.blockedNs).toBeGreaterThan(10 * MS);
  // It is neither time that it ran nor time that it waited for a hart.
  expect(vcpu!.runNs + vcpu!.stealNs + vcpu!.blockedNs).toBeLessThanOrEqual(150 * MS);
  expect(vm.exitDetails.list().find(({ detail }) => detail === 'swap-in')?.count).toBe(1);
});

test('a host that is restored while a page is on its way goes on as the one that was saved', () => {
  const host = bootHost([vmSpec('a', READER)]);
  host.advance(50 * MS);
  swapOut(vmOf(host).memory, PAGE);
  host.advance(host.now + host.quantumNs);
  expect(vmOf(host).vcpus[0]!.state).toBe('blocked');
  const copy = copyOf(host);
  expect(copy.hash()).toBe(host.hash());
  for (const each of [host, copy]) each.advance(60 * MS);
  expect(vmOf(host).vcpus[0]!.state).toBe('running');
  expect(copy.hash()).toBe(host.hash());
});

test('a VM whose page is on its way can be paused, and switched off', () => {
  const host = bootHost([vmSpec('a', READER)]);
  host.advance(50 * MS);
  swapOut(vmOf(host).memory, PAGE);
  host.advance(host.now + host.quantumNs);
  host.execute({ op: 'vm.pause', args: { vm: 'a' } });
  host.advance(60 * MS);
  expect(vmOf(host).vcpus[0]!.state).toBe('ready');
  const counted = word(host, 0);
  host.execute({ op: 'vm.resume', args: { vm: 'a' } });
  host.advance(70 * MS);
  expect(word(host, 0)).toBeGreaterThan(counted);
  swapOut(vmOf(host).memory, PAGE);
  host.advance(host.now + host.quantumNs);
  host.execute({ op: 'vm.powerOff', args: { vm: 'a' } });
  host.advance(80 * MS);
  expect([host.frames.free, host.swap.used]).toEqual([host.frames.count, 0]);
});

test('a watched page takes a write of the guest and one of the hypervisor, each once', () => {
  const host = bootHost([vmSpec('a', WRITER)]);
  host.advance(10 * MS);
  const { memory } = vmOf(host);
  memory.watch(PAGE);
  memory.writeU32(RESULTS + 12, 1);
  host.advance(20 * MS);
  expect([memory.readU32(PAGE), word(host, 4), word(host, 0)]).toEqual([1, 1, 0]);
  expect(memory.isWatched(PAGE)).toBe(false);
  memory.watch(PAGE);
  memory.writeU32(PAGE, memory.readU32(PAGE) + 1);
  expect([memory.readU32(PAGE), memory.isWatched(PAGE)]).toEqual([2, false]);
  memory.writeU32(RESULTS + 12, 1);
  host.advance(30 * MS);
  expect([memory.readU32(PAGE), word(host, 4)]).toEqual([3, 2]);
});

test('a page that may not be written gives the guest an access fault for each write, and is not written', () => {
  const host = bootHost([vmSpec('a', WRITER)]);
  host.advance(10 * MS);
  const { memory } = vmOf(host);
  memory.protect(PAGE, PTE_R);
  memory.writeU32(RESULTS + 12, 1);
  host.advance(20 * MS);
  expect([memory.readU32(PAGE), word(host, 0), word(host, 16)]).toEqual([0, 1, 7]);
  expect(memory.writeU32(PAGE, 9)).toBe(false);
  memory.protect(PAGE, PTE_R | PTE_W);
  memory.writeU32(RESULTS + 12, 1);
  host.advance(30 * MS);
  expect([memory.readU32(PAGE), word(host, 0)]).toEqual([1, 1]);
});

const KNOWN: number = reg.STATUS_ACKNOWLEDGE | reg.STATUS_DRIVER;

/** Drives the entropy device of a VM from outside, through its registers and its memory: one buffer of 16 bytes. */
class EntropyDriver {
  readonly #vm: Vm;
  readonly #rings: number = RAM_BASE + 0x15_0000;
  #submitted = 0;

  constructor(vm: Vm) {
    this.#vm = vm;
    this.#set(reg.STATUS, 0);
    this.#set(reg.STATUS, KNOWN);
    this.#set(reg.DRIVER_FEATURES_SEL, 1);
    this.#set(reg.DRIVER_FEATURES, reg.FEATURE_VERSION_1_HIGH);
    this.#set(reg.STATUS, KNOWN | reg.STATUS_FEATURES_OK);
    vm.memory.fill(this.#rings, 0x3000, 0);
    this.#set(reg.QUEUE_NUM, 4);
    for (const [register, page] of [
      [reg.QUEUE_DESC_LOW, 0],
      [reg.QUEUE_DRIVER_LOW, 1],
      [reg.QUEUE_DEVICE_LOW, 2],
    ] as const)
      this.#set(register, this.#rings + page * PAGE_SIZE);
    this.#set(reg.QUEUE_READY, 1);
    this.#set(reg.STATUS, KNOWN | reg.STATUS_FEATURES_OK | reg.STATUS_DRIVER_OK);
  }

  #set(register: number, value: number): void {
    this.#vm.bus.write(virtioWindow(1).base + register, 4, value);
  }
  get needsReset(): boolean {
    return (this.#vm.bus.read(virtioWindow(1).base + reg.STATUS, 4) & reg.STATUS_NEEDS_RESET) !== 0;
  }
  /** Asks for 16 random bytes at an address. */
  ask(gpa: number): void {
    const { memory } = this.#vm;
    memory.writeU32(this.#rings, gpa);
    memory.writeU32(this.#rings + 8, 16);
    memory.writeU16(this.#rings + 12, 2);
    memory.writeU16(this.#rings + PAGE_SIZE + 4 + 2 * (this.#submitted % 4), 0);
    this.#submitted += 1;
    memory.writeU16(this.#rings + PAGE_SIZE + 2, this.#submitted);
    this.#set(reg.QUEUE_NOTIFY, 0);
  }
  /** Buffers that came back. */
  get completed(): number {
    return this.#vm.memory.readU16(this.#rings + 2 * PAGE_SIZE + 2);
  }
}

const BUFFER = RAM_BASE + 0x14_0000;

test('a device whose buffer is swapped out waits for it, and what it holds is not taken away', () => {
  const host = bootHost([vmSpec('a', READER)]);
  const { memory } = vmOf(host);
  const driver = new EntropyDriver(vmOf(host));
  memory.writeU32(BUFFER, 0);
  expect(swapOut(memory, BUFFER)).toBe(true);
  driver.ask(BUFFER);
  expect([driver.completed, driver.needsReset]).toEqual([0, false]);
  host.advance(10 * MS);
  expect(driver.completed).toBe(1);
  expect(memory.readU32(BUFFER)).not.toBe(0);
  // Rings stay, since the queue is ready; the buffer was given back.
  expect(memory.pinned).toBe(3);
  expect(swapOut(memory, RAM_BASE + 0x15_0000)).toBe(false);
  expect(giveBack(memory, RAM_BASE + 0x15_1000, 'absent')).toBe('held');
  expect(swapOut(memory, BUFFER)).toBe(true);
});

test('a watched page takes the write of a device once, and one that may not be written stops the device', () => {
  const host = bootHost([vmSpec('a', READER)]);
  const { memory } = vmOf(host);
  const driver = new EntropyDriver(vmOf(host));
  memory.writeU32(BUFFER, 0);
  memory.watch(BUFFER);
  driver.ask(BUFFER);
  expect([driver.completed, memory.isWatched(BUFFER)]).toEqual([1, false]);
  const first = memory.readU32(BUFFER);
  expect(first).not.toBe(0);
  memory.protect(BUFFER, PTE_R);
  driver.ask(BUFFER);
  expect([driver.completed, driver.needsReset, memory.readU32(BUFFER)]).toEqual([1, true, first]);
});

test('pins come back with a snapshot, and go with the VM', () => {
  const host = bootHost([vmSpec('a', READER)]);
  host.advance(MS);
  new EntropyDriver(vmOf(host)).ask(BUFFER);
  const copy = copyOf(host);
  expect(vmOf(copy).memory.pinned).toBe(vmOf(host).memory.pinned);
  expect(swapOut(vmOf(copy).memory, RAM_BASE + 0x15_0000)).toBe(false);
  expect(copy.hash()).toBe(host.hash());
  copy.execute({ op: 'vm.powerOff', args: { vm: 'a' } });
  expect(vmOf(copy).memory.pinned).toBe(0);
});

test('the debug console waits for a buffer that is swapped out, and is called once', () => {
  const speaker = program(
    'speaker',
    `
    li s1, ${PAGE}
    li t0, 0x0a6f6c68
    sw t0, 0(s1)
    li s0, ${RESULTS}
  wait:
    lw t0, 0(s0)
    beqz t0, wait
    li a7, 0x4442434e
    li a6, 0
    li a0, 4
    li a1, ${PAGE}
    li a2, 0
    ecall
    sw a0, 4(s0)
    sw a1, 8(s0)
  end: j end`,
  );
  const host = bootHost([vmSpec('a', speaker)]);
  host.advance(10 * MS);
  const vm = vmOf(host);
  swapOut(vm.memory, PAGE);
  vm.memory.writeU32(RESULTS, 1);
  host.advance(20 * MS);
  expect(vm.console.written).toBe(4);
  expect([word(host, 4), word(host, 8)]).toEqual([0, 4]);
  expect(vm.vcpus[0]!.blockedNs).toBeGreaterThan(0);
});
