/**
 * The teaching kernel under QEMU, as a second opinion beside our own machine: boots, runs processes on two harts, and
 * two of them ping each other. Every QEMU is ended.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { requirement } from '#tools/prerequisites';
import { buildKernel, QEMU_LOAD_ADDRESS } from './build.ts';

const qemu = requirement('qemu');
const skip = qemu.skip || requirement('bare-compiler').skip || requirement('opensbi').skip;

const folder = mkdtempSync(join(tmpdir(), 'teaching-kernel-qemu-'));
const kernel = join(folder, 'kernel.elf');
const running: ChildProcess[] = [];

beforeAll(() => {
  if (!skip) buildKernel(kernel, QEMU_LOAD_ADDRESS);
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** One machine with its virtio console. */
class Guest {
  text = '';
  private readonly child: ChildProcess;
  private readonly host: string;

  constructor(host: string, bootArguments: string, options: readonly string[]) {
    this.host = host;
    const fixed = [
      '-M virt -m 16M -display none -monitor none -serial none -global virtio-mmio.force-legacy=false',
      '-device virtio-serial-device -chardev stdio,id=console,signal=off -device virtconsole,chardev=console',
    ]
      .join(' ')
      .split(' ');
    const append = `host=${host} ${bootArguments}`;
    this.child = spawn(qemu.path, [...fixed, '-kernel', kernel, '-append', append, ...options], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    running.push(this.child);
    this.child.stdout?.on('data', (bytes: Buffer) => {
      this.text += bytes.toString('latin1');
    });
  }

  /** Waits until the text from `from` on holds `wanted`; fails with what there is when the emulator ends before. */
  async wait(wanted: string, from = 0): Promise<void> {
    while (!this.text.slice(from).includes(wanted)) {
      if (this.child.exitCode !== null) throw new Error(`no '${wanted}' in:\n${this.text.slice(from)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Types a line, whatever comes of it. */
  type(line: string): void {
    this.child.stdin?.write(`${line}\r`);
  }

  /** Types a command at the prompt; what it prints until the next prompt. */
  async run(command: string): Promise<string> {
    await this.wait(`${this.host}$ `);
    const from = this.text.length;
    this.type(command);
    await this.wait(`\n${this.host}$ `, from);
    return this.text.slice(from);
  }

  /** Repeats a command until what it prints matches, but not for ever; the last that it printed. */
  async runUntil(command: string, wanted: RegExp): Promise<string> {
    let printed = await this.run(command);
    for (let tries = 0; tries < 50 && !wanted.test(printed); tries++) printed = await this.run(command);
    expect(printed).toMatch(wanted);
    return printed;
  }
}

test.skipIf(skip)(
  'processes run, share the vCPUs, and end',
  async () => {
    const guest = new Guest('alpha', '', ['-smp', '2']);
    // QEMU's second hart comes when its thread gets its turn.
    await guest.runUntil('uptime', /2 vCPUs/);
    await guest.run('cpu 50 2; spin &; spin &');
    const busy = await guest.runUntil(
      'sleep 100; ps',
      /(?=.* 0 +\d+ +\d+ {2}(cpu|spin)).* 1 +\d+ +\d+ {2}(cpu|spin)/s,
    );
    expect(busy.match(/ (cpu|spin)\r/g)).toHaveLength(4);
    const spins = [...busy.matchAll(/^ +(\d+) .*spin\r$/gm)].map(([, pid]) => `kill ${pid}`);
    await guest.run(['cpu 0', ...spins].join('; '));
    expect((await guest.run('ps')).match(/^ +\d+ /gm)).toHaveLength(1);
  },
  60_000,
);

test.skipIf(skip)(
  'a page-table entry that the guest writes is the one that its walk reads',
  async () => {
    const guest = new Guest('alpha', '', []);
    const mapped = /entry at (0x[0-9a-f]+) was 0x0+, is (0x[0-9a-f]+); 0x\w+ leads to (0x[0-9a-f]+)/.exec(
      await guest.run('map 0x50001000'),
    );
    const walk = await guest.run('walk 0x50001000');
    expect(walk).toMatch(new RegExp(`level 0: index +1, entry at ${mapped?.[1]} = ${mapped?.[2]} DA-U-WRV`));
    expect(BigInt(/PA (0x[0-9a-f]+)/.exec(walk)?.[1] ?? '0')).toBe(BigInt(mapped?.[3] ?? '-1'));
    expect(await guest.run('peek 0x50001000')).toContain('0x50001000: 0x0000000050001000');
    expect(await guest.run('store')).toMatch(/which nobody has touched\r\nstore: done/);
  },
  60_000,
);

test.skipIf(skip)(
  'mistakes of a process end the process, those of the kernel the machine',
  async () => {
    const guest = new Guest('alpha', '', []);
    expect(await guest.run('attack memory')).toContain('access fault');
    expect(await guest.run('attack tags 5000 10.0.0.1')).toContain('usage: attack');
    expect(await guest.run('sbi 0x99999 0')).toContain('error -2 (not supported)');
    expect(await guest.run('nonsense')).toContain('no such command');
    expect(await guest.run('cpu 101')).toContain('PERCENT must be a number from 0 to 100');
    const from = guest.text.length;
    guest.type('crash');
    await guest.wait('kernel panic: cause 0xc in the kernel at pc 0x1000', from);
  },
  60_000,
);

test.skipIf(skip)(
  'a drawing is shown by a graphics adapter, and gives it back',
  async () => {
    const devices = ['virtio-gpu-device,xres=320,yres=200', 'virtio-keyboard-device', 'virtio-tablet-device'];
    const guest = new Guest(
      'alpha',
      '',
      devices.flatMap((device) => ['-device', device]),
    );
    await guest.wait('alpha$ ');
    for (const time of ['once', 'again']) {
      const from = guest.text.length;
      guest.type('paint');
      await guest.wait('paint: 320 by 200 pixels, shown by virtio-gpu', from);
      guest.type('\x03');
      expect(await guest.run(`echo ${time}`)).toContain(time);
    }
  },
  60_000,
);

test.skipIf(skip)(
  'two machines ping each other',
  async () => {
    const port = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
      });
    });
    const card = (mac: string, end: string): string[] => [
      '-netdev',
      `socket,id=net,${end}=127.0.0.1:${port}`,
      '-device',
      `virtio-net-device,netdev=net,mac=52:54:00:00:00:0${mac}`,
    ];
    const alpha = new Guest('alpha', 'ip=10.0.0.2/24', card('2', 'listen'));
    await alpha.wait('alpha$ ');
    const beta = new Guest('beta', 'ip=10.0.0.3/24', card('3', 'connect'));
    expect(await beta.run('ping 10.0.0.2 3 50')).toContain('3 sent, 3 received, 0 % lost');
    expect(await alpha.run('ping 10.0.0.3 3 50')).toContain('3 sent, 3 received, 0 % lost');
    expect(await alpha.run('net')).toContain('neighbour 10.0.0.3 is at 52:54:00:00:00:03');
    expect(await alpha.run('ping 10.0.0.9 1')).toContain('nobody on the network has that address');
  },
  60_000,
);
