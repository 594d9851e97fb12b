/** Traps by who takes them, on a bare machine with firmware, a hypervisor and its guest: each does one thing a known number of times. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import { assemble } from '#isa/assemble';
import { BarePlatform } from './bare-platform.ts';
import { EngineModule } from './engine-module.ts';
import { takenTraps } from './taken-traps.ts';

const engine = new EngineModule(
  new Uint8Array(readFileSync(new URL('../../.cache/engine/engine.wasm', import.meta.url))),
);
const VIRTUAL_SUPERVISOR_CALL = 10;

/** M-mode hands calls of VS-mode to HS-mode, which lets its guest call five times, and then calls firmware twice. */
const SOURCE = `
  la t0, firmware
  csrw mtvec, t0
  li t0, ${1 << VIRTUAL_SUPERVISOR_CALL}
  csrw medeleg, t0
  li t0, -1
  srli t0, t0, 10
  csrw pmpaddr0, t0
  li t0, 0x1f
  csrw pmpcfg0, t0
  la t0, system
  csrw mepc, t0
  li t0, 0x1800
  csrc mstatus, t0
  li t0, 0x800
  csrs mstatus, t0
  mret
system:
  la t0, exits
  csrw stvec, t0
  la t0, guest
  csrw sepc, t0
  li t0, 0x180
  csrs hstatus, t0
  li t0, 0x100
  csrs sstatus, t0
  li s0, 5
  sret
guest:
  ecall
  j guest
  .align 2
exits:
  csrr t0, sepc
  addi t0, t0, 4
  csrw sepc, t0
  addi s0, s0, -1
  beqz s0, done
  sret
done:
  ecall
  ecall
  li t0, 0x5555
  li t1, 0x100000
  sw t0, 0(t1)
  j done
  .align 2
firmware:
  csrr t0, mepc
  addi t0, t0, 4
  csrw mepc, t0
  mret`;

test('each level’s traps are counted by cause', () => {
  const platform = new BarePlatform(engine, { ramBytes: 1 << 20, harts: 1, output: () => {} });
  const program = assemble(SOURCE, RAM_BASE);
  if (!program.ok) throw new Error(JSON.stringify(program.error));
  platform.machine.ram.write(RAM_BASE, program.value.bytes);
  platform.machine.harts[0]?.setPc(RAM_BASE, 0);
  platform.advance(1e6);
  expect(platform.finish?.kind).toBe('pass');
  expect(takenTraps(platform.machine, 'hypervisor')).toEqual([{ isInterrupt: false, code: 10, count: 5 }]);
  expect(takenTraps(platform.machine, 'firmware')).toEqual([{ isInterrupt: false, code: 9, count: 2 }]);
  expect(takenTraps(platform.machine, 'system')).toEqual([]);
});
