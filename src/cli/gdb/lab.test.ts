/** gdb attaches to a vCPU of a lab: it stops where it is told, sees what the guest sees, and goes back to where it was. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { requirement } from '#tools/prerequisites';
import { outputOf } from '../fixtures/output.ts';
import { run } from '../run.ts';
import { debugs, freePort } from './fixtures/gdb.ts';

const folder = mkdtempSync(join(tmpdir(), 'virtlab-gdb-lab-'));
afterAll(() => rmSync(folder, { recursive: true }));
const gdb = requirement('gdb');
const KERNEL: string = fileURLToPath(
  new URL('../../guests/teaching-kernel/image/kernel.elf', import.meta.url),
);

function scenario(): string {
  const vm = (name: string) => ({
    ...{ name, image: { kind: 'builtin', name: 'teaching' }, memoryBytes: 2 << 20, vcpus: 1 },
    ...{ allocation: 'on-demand', disks: [], nics: [], autostart: true },
  });
  const host = { name: 'one', ramBytes: 32 << 20, harts: 1, switches: [], vms: [vm('a'), vm('b')] };
  const commands = [{ at: 100_000_000, host: 0, op: 'console.input', args: { vm: 'b', text: 'help\n' } }];
  const path = join(folder, 'lab.json');
  writeFileSync(path, JSON.stringify({ version: 1, title: 'lab', seed: 1, hosts: [host], commands }));
  return path;
}
const SHOWN = ['info registers pc sp ra a0 a1 sstatus satp scause', 'x/8xw $sp'];

describe.skipIf(gdb.skip)('gdb at a vCPU of a lab', () => {
  test('breaks, watches and steps; and back again, where it finds what was there', async () => {
    const port = await freePort();
    let said = '';
    const running = outputOf(() =>
      run([scenario(), '--gdb', String(port), '--vm', 'b', '--for', '10ms'], (text) => {
        said += text;
      }),
    );
    const out = await debugs(KERNEL, port, [
      ...['hbreak console_write', 'continue', 'echo HERE\\n', ...SHOWN, 'echo HERE\\n'],
      ...[
        'stepi 6',
        'print $pc == (long)&console_write',
        'reverse-stepi 6',
        'echo HERE\\n',
        ...SHOWN,
        'echo HERE\\n',
      ],
      ...['continue', 'reverse-continue', 'echo HERE\\n', ...SHOWN, 'echo HERE\\n'],
      ...['info threads', 'delete', 'watch *(unsigned long *) $sp', 'reverse-continue', 'delete'],
      ...['print $satp != 0', 'detach'],
    ]);
    const states = out.split('HERE\n').filter((_, index) => index % 2 === 1);
    expect(states[0]).toMatch(/^pc .*console_write/);
    expect(states[0]).toMatch(/satp +0x8/);
    expect(states).toEqual([states[0], states[0], states[0]]);
    expect(out).toMatch(/^\$1 = 0$/m);
    expect(out).toMatch(/Thread 1 .*b: vCPU 0/);
    // The last write of what lies there, and the value before it.
    expect(out).toMatch(/Old value = \d+\nNew value = \d+\n/);
    expect(out).toMatch(/^\$2 = 1$/m);
    expect((await running).result).toMatchObject({ ok: true, value: 0 });
    expect(said).toContain('waits for gdb');
  });
});
