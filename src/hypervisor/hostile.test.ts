import { expect, test } from 'vitest';
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import { bootHost, consoleText, program, teachingKernel, type, vmOf, vmSpec } from './fixtures/test-host.ts';
import type { Host } from './host.ts';
import { FRAME_PAGE_TABLE } from './memory/frame-allocator.ts';

const MS = 1_000_000;
const RESULTS = RAM_BASE + 0x10_0000;

/** Content of all frames that a VM does not own, as one text. */
function foreignContent(host: Host, slot: number): string {
  const { frames, machine } = host;
  const parts = [...frames.used()].filter((spfn) => frames.owners[spfn - 0x8_0000] !== 16 + slot);
  return machine.hash(new Uint8Array(0), parts);
}

test('stores all over the address space reach only the frames of the VM that makes them (R1)', () => {
  // Each probe stores at one address; the handler counts the faults and goes on behind the store.
  const addresses = [
    ...[
      0n,
      8n,
      0x0c00_0000n,
      0x1000_0000n,
      0x1000_1000n,
      0x7fff_fff8n,
      0x8020_0000n,
      0x8020_0004n,
      0x801f_fffcn,
    ],
    ...[
      1n << 34n,
      (1n << 38n) - 8n,
      1n << 40n,
      (1n << 41n) - 8n,
      1n << 41n,
      1n << 55n,
      1n << 56n,
      -8n,
      -1n,
      -4096n,
    ],
  ].map((address) => `.dword ${BigInt.asUintN(64, address)}`);
  const attack = program(
    'attack',
    `
    la t0, handler
    csrw stvec, t0
    li s0, ${RESULTS}
    la s1, table
    li s2, ${addresses.length}
    li s3, 0x5a
  next:
    ld a0, 0(s1)
    sb s3, 0(a0)
    sh s3, 0(a0)
    sw s3, 0(a0)
    sd s3, 0(a0)
    sd s3, 1(a0)
    amoor.d t1, s3, (a0)
    ld t1, 0(a0)
    addi s1, s1, 8
    addi s2, s2, -1
    bnez s2, next
    li t0, 1
    sw t0, 4(s0)
  end: wfi
    j end
    .align 2
  handler:
    lw t2, 0(s0)
    addi t2, t2, 1
    sw t2, 0(s0)
    csrr t3, sepc
    lhu t4, 0(t3)
    andi t4, t4, 3
    addi t3, t3, 2
    li t5, 3
    bne t4, t5, short
    addi t3, t3, 2
  short:
    csrw sepc, t3
    sret
    .align 3
  table: ${addresses.join('\n')}`,
  );
  const host = bootHost([vmSpec('a', attack, { autostart: false }), vmSpec('b', teachingKernel())]);
  host.advance(100 * MS);
  host.execute({ op: 'vm.pause', args: { vm: 'b' } });
  const before = foreignContent(host, 0);
  host.execute({ op: 'vm.start', args: { vm: 'a' } });
  host.advance(200 * MS);
  expect(vmOf(host).memory.readU32(RESULTS + 4)).toBe(1);
  expect(vmOf(host).memory.readU32(RESULTS)).toBeGreaterThan(80);
  expect(foreignContent(host, 0)).toBe(before);
});

test("the teaching kernel's attacks end in the guest or stop it, and the other VM runs on", () => {
  const kernel = teachingKernel();
  const nics = [{ switch: 'lan' }];
  for (const attack of ['attack memory', 'attack loop', 'attack wild', 'crash', 'crash void', 'sbi 1 0']) {
    const host = bootHost([
      vmSpec('a', kernel, { nics, append: 'virtlab.ip=10.0.0.1/24' }),
      vmSpec('b', kernel, { nics, append: 'virtlab.ip=10.0.0.2/24' }),
    ]);
    host.advance(50 * MS);
    type(host, 'a', `${attack}\n`);
    host.advance(150 * MS);
    type(host, 'b', 'echo still-here\n');
    host.advance(250 * MS);
    expect(consoleText(vmOf(host, 'b')), attack).toContain('\nstill-here');
    if (attack === 'crash void') expect(vmOf(host).reason?.code).toBe('vm.lost');
    expect(['running', 'stopped', 'failed']).toContain(vmOf(host).state);
  }
});

test('a walk in probe mode finds what the guest finds, reads only its own tables, and changes nothing', () => {
  const host = bootHost([vmSpec('a', teachingKernel())]);
  host.advance(50 * MS);
  const vm = vmOf(host);
  const [vcpu] = vm.vcpus;
  const before = host.hash();
  const [pcLo, pcHi] = vm.registers(vcpu!).pc;
  const walk = vm.walk(vcpu!, pcLo, pcHi, 'execute');
  expect(walk.vsMode).toBe('sv39');
  expect(walk.fault).toBeUndefined();
  expect(walk.spa).toBe(vm.memory.peek(walk.gpa));
  const vsSteps = walk.steps.filter(({ stage }) => stage === 'VS');
  expect(walk.steps.length).toBe(vsSteps.length * 4 + 3);
  for (const { stage, entrySpa, entryGpa } of walk.steps) {
    const spfn = Math.floor(entrySpa / PAGE_SIZE);
    expect(host.frames.owners[spfn - 0x8_0000]).toBe(16);
    if (stage === 'VS') expect(vm.memory.peek(entryGpa)).toBe(entrySpa);
    else expect(host.frames.states[spfn - 0x8_0000]).toBe(FRAME_PAGE_TABLE);
  }
  expect(vm.walk(vcpu!, 0, 0x40, 'load').fault).toMatchObject({ stage: 'VS', why: 'range', cause: 13 });
  expect(host.hash()).toBe(before);
});
