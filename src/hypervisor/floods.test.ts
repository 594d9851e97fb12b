/** Floods and storms (R6): a guest that does nothing but trouble its hypervisor gets its own share of the hart, and no more. */
import { describe, expect, test } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import type { VmSpec } from '#base/scenario';
import { virtioWindow } from '#machine/devices/platform';
import { bootHost, consoleText, program, teachingKernel, type, vmOf, vmSpec } from './fixtures/test-host.ts';
import type { Host } from './host.ts';
import { CONSOLE_KEPT } from './monitor/console-log.ts';

const MS = 1_000_000;
const RESULTS = RAM_BASE + 0x10_0000;
const BUFFER = RAM_BASE + 0x12_0000;
const IPI = 0x73_5049;
const HSM = 0x48_534d;
const TIME = 0x5449_4d45;
const DBCN = 0x4442_434e;
const SRST = 0x5352_5354;
const SPIN: string = program('spin', 'loop: addi a0, a0, 1\n j loop');

/** Assembly that starts vCPU 1, if there is one, at `peer`. */
const START_PEER = `
    li a7, ${HSM}
    li a6, 0
    li a0, 1
    la a1, peer
    ecall`;
/** All vCPUs compute, and trouble nobody. */
const QUIET: string = program('quiet', `${START_PEER}\n peer: j peer`);

/** Hashes of all frames but the offender's, by owner. */
function othersMemory(host: Host, offender: number): Record<number, string> {
  const { frames, machine } = host;
  const owned = new Map<number, number[]>();
  for (const spfn of frames.used()) {
    const owner = frames.owners[spfn - 0x8_0000] ?? 0;
    if (owner !== offender + 16) owned.set(owner, [...(owned.get(owner) ?? []), spfn]);
  }
  return Object.fromEntries(
    [...owned].map(([owner, spfns]) => [owner, machine.hash(new Uint8Array(0), spfns)]),
  );
}

/** Offender `a`, `b` that computes in registers all the time, and `c`, a teaching kernel that stands still meanwhile. */
function hostWith(image: string, more: Partial<VmSpec>, harts: number): Host {
  const host = bootHost(
    [
      vmSpec('a', image, { ...more, autostart: false }),
      vmSpec('b', SPIN),
      vmSpec('c', teachingKernel(), { nics: [{ switch: 'lan' }] }),
    ],
    { harts },
  );
  host.advance(100 * MS);
  expect(consoleText(vmOf(host, 'c'))).toMatch(/\$ $/);
  host.execute({ op: 'vm.pause', args: { vm: 'c' } });
  return host;
}

/** Instructions of `b` in a time, beside an image. */
function progressBeside(host: Host, forMs: number): number {
  const instructions = (): number => vmOf(host, 'b').measure().instructions;
  expect(host.execute({ op: 'vm.start', args: { vm: 'a' } }).ok).toBe(true);
  const before = instructions();
  host.advance(host.now + forMs * MS);
  return instructions() - before;
}

/** Tens of time slices. */
const STORM_MS = 400;

interface Storm {
  readonly what: string;
  readonly source: string;
  readonly vm?: Partial<VmSpec>;
  readonly harts?: number;
  readonly forMs?: number;
  /** That it did storm. */
  readonly stormed: (host: Host) => void;
}

const quietProgress = new Map<string, number>();

/** Instructions of `b` per millisecond beside a VM that troubles nobody: the same at any time. */
function quietRate(vm: Partial<VmSpec>, harts: number): number {
  const key = JSON.stringify([vm, harts]);
  const known = quietProgress.get(key) ?? progressBeside(hostWith(QUIET, vm, harts), STORM_MS) / STORM_MS;
  quietProgress.set(key, known);
  return known;
}

/** Lets the storm rage, and looks at everybody else. */
function rage({ what, source, vm = {}, harts = 1, forMs = STORM_MS, stormed }: Storm): void {
  const quiet = quietRate(vm, harts) * forMs;
  const host = hostWith(program(what, source), vm, harts);
  const before = othersMemory(host, vmOf(host).slot);
  expect(Object.keys(before).length).toBeGreaterThanOrEqual(2);
  const beside = progressBeside(host, forMs);
  stormed(host);
  console.log(
    `  ${what}: the neighbour keeps ${((100 * beside) / quiet).toFixed(1)} %; ` +
      `${vmOf(host).measure().exits} exits in ${forMs} ms`,
  );
  expect(beside / quiet, 'what the neighbour keeps of its share').toBeGreaterThanOrEqual(0.9);
  expect(vmOf(host).state).toBe('running');
  expect(othersMemory(host, vmOf(host).slot), 'frames of the others').toEqual(before);
  host.execute({ op: 'vm.resume', args: { vm: 'c' } });
  type(host, 'c', 'echo still-here\n');
  host.advance(host.now + 300 * MS);
  expect(consoleText(vmOf(host, 'c'))).toContain('\nstill-here');
}

/** A counter of the guest's, at `RESULTS`. */
function counted(host: Host, index: number): number {
  return vmOf(host).memory.readU32(RESULTS + index * 8);
}

const CALLS = 1 << 20;
/** Registers that a call may not change: a2 to a7 (SBI 2.0, chapter 3), compared with copies. */
const KEPT = [2, 3, 4, 5, 6, 7].map((n) => `bne a${n}, s${n + 2}, changed`).join('\n');
const COPIES = [2, 3, 4, 5, 6, 7].map((n) => `mv s${n + 2}, a${n}`).join('\n');

/**
 * Registers of any kind: all bits random, small, an address in RAM (the middle of it too), or all ones. What would end
 * or stop the caller as it should is left out: a reset or a suspension of a kind that exists, and stopping itself.
 */
// Of the legacy calls one ends the VM, and one answers whether there was an IPI, which is no error. A hart mask of theirs that cannot
// be read is a fault of the caller, as if it had read it itself: counted here as an invalid address.
const [LEGACY_CLEAR_IPI, LEGACY_FENCE, LEGACY_SHUTDOWN] = [3, 7, 8];
const RANDOM_CALLS = `
    li s0, ${RESULTS}
    li s1, 0x9e3779b97f4a7c15
    li s2, ${CALLS}
    la s3, eids
    la t0, faulted
    csrw stvec, t0
  next:
    ${[0, 1, 2, 3, 4, 5, 6].map((n) => `call random\n mv a${n}, t0`).join('\n')}
    andi t1, t2, 7
    beqz t1, any_function
    andi a6, a6, 7
  any_function:
    call random
    mv a7, t0
    andi t1, t2, 3
    beqz t1, any_extension
    srli t1, t2, 2
    andi t1, t1, 7
    slli t1, t1, 2
    add t1, t1, s3
    lw a7, 0(t1)
  any_extension:
    li t1, ${LEGACY_SHUTDOWN}
    beq a7, t1, another_legacy
    li t1, ${LEGACY_CLEAR_IPI}
    bne a7, t1, no_legacy
  another_legacy: li a7, ${LEGACY_FENCE}
  no_legacy:
    li t1, ${SRST}
    beq a7, t1, reserved
    li t1, ${HSM}
    bne a7, t1, ask
    li t1, 3
    beq a6, t1, reserved
    li t1, 1
    bne a6, t1, ask
    li a6, 9
    j ask
  reserved: ori a0, a0, 4
  ask:
    ${COPIES}
    ecall
    addi t0, a0, 9
    li t1, 9
    bgtu t0, t1, illegal
    ${KEPT}
    slli t0, t0, 3
    add t0, t0, s0
    lw t1, 0(t0)
    addi t1, t1, 1
    sw t1, 0(t0)
    addi s2, s2, -1
    bnez s2, next
    li t0, 1
    sw t0, 96(s0)
  end: j end
  .align 2
  faulted:
    csrr t0, sepc
    addi t0, t0, 4
    csrw sepc, t0
    li a0, -5
    sret
  illegal: sd a0, 80(s0)
    j illegal
  changed: li t0, 1
    sw t0, 88(s0)
    j changed
  random:
    slli t0, s1, 13
    xor s1, s1, t0
    srli t0, s1, 7
    xor s1, s1, t0
    slli t0, s1, 17
    xor s1, s1, t0
    mv t0, s1
    srli t2, s1, 33
    srli t1, s1, 5
    andi t1, t1, 7
    beqz t1, ones
    addi t1, t1, -2
    blez t1, all
    addi t1, t1, -2
    blez t1, address
    srli t0, t0, 60
    ret
  address:
    slli t0, t0, 42
    srli t0, t0, 42
    li t1, ${RAM_BASE}
    add t0, t0, t1
    ret
  ones: li t0, -1
  all: ret
    .align 3
  eids: .word 0x10, ${TIME}, ${IPI}, 0x52464e43, ${HSM}, ${DBCN}, ${SRST}, 2
`;

/** A handler that clears what a trap came for, counts it at an index, and returns. */
const handler = (index: number, clear: string): string => `
    .align 2
  handler:
    ${clear}
    lw t2, ${index * 8}(s0)
    addi t2, t2, 1
    sw t2, ${index * 8}(s0)
    sret`;
const LISTEN = (sie: number): string => `
    li s0, ${RESULTS}
    la t0, handler
    csrw stvec, t0
    li t0, ${sie}
    csrw sie, t0
    csrsi sstatus, 2`;

/** Sets up queue `queue` of the device in `slot` with one descriptor of `length` bytes, to be offered again and again. */
const queueOf = (slot: number, queue: number, length: number): string => {
  const writes: readonly (readonly [register: number, value: number])[] = [
    ...([
      [0x70, 0],
      [0x70, 1],
      [0x70, 3],
      [0x24, 1],
      [0x20, 1],
      [0x70, 11],
      [0x30, queue],
      [0x38, 8],
    ] as const),
    ...([
      [0x80, BUFFER],
      [0x84, 0],
      [0x90, BUFFER + 256],
      [0x94, 0],
      [0xa0, BUFFER + 512],
      [0xa4, 0],
    ] as const),
    ...([
      [0x44, 1],
      [0x70, 15],
    ] as const),
  ];
  return `
    li s1, ${virtioWindow(slot).base}
    li s2, ${BUFFER}
    li t0, ${BUFFER + 4096}
    sd t0, 0(s2)
    li t0, ${length}
    sd t0, 8(s2)
    ${writes.map(([register, value]) => `li t0, ${value}\n sw t0, ${register}(s1)`).join('\n')}`;
};
/** Offers the descriptor of {@link queueOf} once more, and rings. */
const RING = (queue: number): string => `
    addi s3, s3, 1
    sh s3, 258(s2)
    li t0, ${queue}
    sw t0, 0x50(s1)`;

const CONSOLE_SLOT = 0;
const NIC_SLOT = 2;
const NIC: Partial<VmSpec> = { nics: [{ switch: 'lan' }] };

const STORMS: readonly Storm[] = [
  {
    what: 'IPIs between two vCPUs of one hart',
    vm: { vcpus: 2 },
    source: `
      ${LISTEN(2)}
      ${START_PEER}
      li s4, 3
      j storm
    peer:
      ${LISTEN(2)}
      addi s0, s0, 8
      li s4, 1
    storm:
      li a7, ${IPI}
      li a6, 0
      mv a0, s4
      li a1, 0
      ecall
      j storm
      ${handler(0, 'csrci sip, 2')}`,
    stormed: (host) => {
      expect(counted(host, 0)).toBeGreaterThan(20_000);
      expect(counted(host, 1)).toBeGreaterThan(5);
    },
  },
  {
    what: 'timer calls for the past',
    source: `
      ${LISTEN(32)}
      li a7, ${TIME}
      li a6, 0
      li a0, 0
      ecall
    wait: j wait
      ${handler(0, 'li a0, 0\n ecall')}`,
    stormed: (host) => expect(counted(host, 0)).toBeGreaterThan(50_000),
  },
  {
    what: 'a timer compare that is always in the past',
    source: `
      ${LISTEN(32)}
      csrw stimecmp, x0
    wait: j wait
      ${handler(0, 'csrw stimecmp, x0')}`,
    stormed: (host) => expect(counted(host, 0)).toBeGreaterThan(500_000),
  },
  {
    what: 'WFI with a timer in the past',
    source: `
      li s0, ${RESULTS}
      li t0, 32
      csrw sie, t0
      csrw stimecmp, x0
    wait: wfi
      lw t2, 0(s0)
      addi t2, t2, 1
      sw t2, 0(s0)
      j wait`,
    stormed: (host) => expect(counted(host, 0)).toBeGreaterThan(50_000),
  },
  {
    what: 'doorbells of all devices, nothing behind them',
    vm: NIC,
    source: `
      li s0, ${RESULTS}
    next:
      li s1, ${virtioWindow(0).base}
      li s4, 8
    slot:
      sw s5, 0x50(s1)
      addi s5, s5, 1
      andi s5, s5, 7
      li t0, -1
      sw t0, 0x50(s1)
      li t0, 0x1000
      add s1, s1, t0
      addi s4, s4, -1
      bnez s4, slot
      lw t2, 0(s0)
      addi t2, t2, 1
      sw t2, 0(s0)
      j next`,
    stormed: (host) => expect(counted(host, 0)).toBeGreaterThan(2000),
  },
  {
    what: 'a doorbell for each ether frame',
    vm: NIC,
    source: `
      li s0, ${RESULTS}
      ${queueOf(NIC_SLOT, 1, 76)}
      li t0, -1
      li t1, ${BUFFER + 4096 + 12}
      sw t0, 0(t1)
      sh t0, 4(t1)
    next:
      ${RING(1)}
      sw s3, 0(s0)
      j next`,
    stormed: (host) => {
      expect(counted(host, 0)).toBeGreaterThan(20_000);
      expect(vmOf(host).measure()['net-tx']).toBeGreaterThan(1_000_000);
    },
  },
];

describe('everybody else keeps 90 % of the time and every byte (R6)', () => {
  test('2^20 random SBI calls: legal errors only', () => {
    rage({
      what: 'random SBI calls',
      source: RANDOM_CALLS,
      forMs: 9000,
      stormed: (host) => {
        expect(vmOf(host).memory.readU32(RESULTS + 80), 'an answer that is no error code').toBe(0);
        expect(vmOf(host).memory.readU32(RESULTS + 88), 'a register that changed').toBe(0);
        expect(vmOf(host).memory.readU32(RESULTS + 96), 'came to its end').toBe(1);
        const byError = Array.from({ length: 10 }, (_, n) => counted(host, n));
        expect(byError.reduce((sum, count) => sum + count)).toBe(CALLS);
        // Success, not supported, invalid parameter, already available: each was an answer.
        for (const error of [0, -2, -3, -6]) expect(counted(host, 9 + error)).toBeGreaterThan(10);
      },
    });
  });

  test.each(STORMS)('$what', (storm) => rage(storm));

  test('IPIs between two vCPUs that run at the same time', () => {
    const [storm] = STORMS;
    rage({
      ...storm!,
      what: 'IPIs between two harts',
      harts: 2,
      stormed: (host) => {
        // An IPI that comes while one waits is the same one.
        expect(counted(host, 0)).toBeGreaterThan(1000);
        expect(counted(host, 1)).toBeGreaterThan(1000);
      },
    });
  });
});

/** Bytes per second that a console flood must bring, at least. */
const FLOOD_BYTES = 10 << 20;

describe('a console flooded with 10 MB/s and more is bounded (R6)', () => {
  const floods: readonly { readonly what: string; readonly source: string; readonly vm?: Partial<VmSpec> }[] =
    [
      {
        what: 'debug console',
        source: `
        li a7, ${DBCN}
        li a6, 0
        li a2, 0
      next: li a0, 0x100000
        li a1, ${RAM_BASE}
        ecall
        j next`,
      },
      {
        what: 'virtio console, chains of 64 KiB',
        source: `
        ${queueOf(CONSOLE_SLOT, 1, 65_536)}
      next:
        ${RING(1)}
      taken:
        lhu t0, 514(s2)
        bne t0, s3, taken
        j next`,
      },
      {
        what: 'virtio console, a chain that claims 2 GiB',
        source: `
        ${queueOf(CONSOLE_SLOT, 1, 0x7fff_ffff)}
      next:
        ${RING(1)}
        j next`,
      },
    ];
  test.each(floods)('$what', ({ what, source }) => {
    rage({
      what,
      source,
      stormed: (host) => {
        const { console: log, devices } = vmOf(host);
        if (!what.includes('2 GiB')) expect(log.written).toBeGreaterThan(FLOOD_BYTES / 2);
        expect(log.since(0).bytes.length).toBeLessThanOrEqual(CONSOLE_KEPT);
        expect(devices.counted('console', 'bytesOut')).toBeLessThanOrEqual(log.written);
        expect(host.snapshot().length).toBeLessThan(16 << 20);
      },
    });
  });

  test('typing into a guest that never reads is bounded too', () => {
    const host = bootHost([vmSpec('a', SPIN)]);
    const text = 'x'.repeat(4096);
    const before = host.snapshot().length;
    for (let n = 0; n < 1000; n++) host.execute({ op: 'console.input', args: { vm: 'a', text } });
    host.advance(10 * MS);
    expect(host.snapshot().length - before).toBeLessThan(128 * 1024);
  });
});
