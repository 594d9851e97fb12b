/** Two guests of QEMU whose cards are joined by a socket: the same kernel and program as the lab's. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LinuxGuest } from '../linux-guest.ts';
import { COUNTED, receivedIn } from './lan.ts';

export const QEMU: string = ['qemu', 'system', 'riscv64'].join('-');
const MOST_MS = 120_000;

class QemuGuest {
  readonly #process: ChildProcess;
  #said = '';

  constructor(folder: string, place: number, netdev: string) {
    const args = [
      ...['-M', 'virt', '-m', '64', '-smp', '1', '-nographic', '-no-reboot'],
      ...['-kernel', join(folder, 'Image'), '-initrd', join(folder, 'initrd')],
      ...['-append', 'quiet console=ttyS0', '-global', 'virtio-mmio.force-legacy=false'],
      ...['-netdev', `socket,id=n,${netdev}`],
      ...['-device', `virtio-net-device,netdev=n,mac=52:54:00:00:00:0${place}`],
    ];
    this.#process = spawn(QEMU, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#process.stdout?.on('data', (bytes: Buffer) => {
      this.#said += bytes.toString('latin1');
    });
  }

  get said(): string {
    return this.#said;
  }
  count(text: string): number {
    return this.#said.split(text).length - 1;
  }
  type(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }
  async until(text: string, before = 0): Promise<void> {
    const end = performance.now() + MOST_MS;
    while (this.count(text) <= before) {
      if (performance.now() > end || this.#process.exitCode !== null)
        throw new Error(`QEMU's guest does not say ${text}: ${this.#said.slice(-200)}`);
      await new Promise((done) => setTimeout(done, 1));
    }
  }
  async typed(line: string, text: string): Promise<void> {
    const before = this.count(text);
    this.type(line);
    await this.until(text, before);
  }
  stop(): void {
    this.#process.kill();
  }
}

/** A port of this machine that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export class QemuPair {
  readonly #folder: string;
  readonly #from: QemuGuest;
  readonly #to: QemuGuest;

  private constructor(folder: string, from: QemuGuest, to: QemuGuest) {
    this.#folder = folder;
    this.#from = from;
    this.#to = to;
  }

  /** Two guests at their shells; why there are none where that is so. */
  static async start({ kernel, initrd }: LinuxGuest): Promise<QemuPair | string> {
    const folder = mkdtempSync(join(tmpdir(), 'virtlab-qemu-'));
    const guests: QemuGuest[] = [];
    try {
      execFileSync(QEMU, ['--version'], { stdio: 'ignore' });
      writeFileSync(join(folder, 'Image'), kernel);
      writeFileSync(join(folder, 'initrd'), initrd);
      const port = await freePort();
      // Who connects comes when the other one listens.
      for (const [index, way] of ['listen', 'connect'].entries()) {
        const guest = new QemuGuest(folder, 3 - index, `${way}=127.0.0.1:${port}`);
        guests.push(guest);
        await guest.until('~ # ');
        await guest.typed(`ifconfig eth0 10.0.0.${3 - index} up; ifconfig eth0`, 'MULTICAST');
      }
      const [to, from] = guests as [QemuGuest, QemuGuest];
      return new QemuPair(folder, from, to);
    } catch (error) {
      for (const guest of guests) guest.stop();
      rmSync(folder, { recursive: true });
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Sends one stream; how long it took in milliseconds by the wall. */
  async stream(mib: number): Promise<number> {
    await this.#to.typed('/stream sink 5001', 'stream ready');
    const done = this.#from.count('stream done');
    await this.#from.typed(`/stream source 10.0.0.3 5001 ${mib}`, 'stream begin');
    const start = performance.now();
    await this.#from.until('stream done', done);
    return performance.now() - start;
  }

  /** Sends datagrams: how many came, and how long it took in milliseconds by the wall. */
  async datagrams(count: number, bytes: number): Promise<{ readonly wallMs: number; readonly came: number }> {
    const received = async (): Promise<number> => {
      await this.#to.typed(...COUNTED);
      return receivedIn(this.#to.said);
    };
    const before = await received();
    const done = this.#from.count('stream flooded');
    await this.#from.typed(`/stream flood 10.0.0.3 9 ${count} ${bytes}`, 'stream floods');
    const start = performance.now();
    await this.#from.until('stream flooded', done);
    const wallMs = performance.now() - start;
    return { wallMs, came: (await received()) - before };
  }

  stop(): void {
    this.#from.stop();
    this.#to.stop();
    rmSync(this.#folder, { recursive: true });
  }
}
