/**
 * What a Linux guest moves at speed max, in wall time: against a plain loop that copies as much, and against QEMU with virtio-mmio on a
 * file in RAM. All three in one interleaved run; the guest, its kernel and its program are the same.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '#hypervisor/host';
import { type Figure, type FigureGroup, median, rounded } from '../figure.ts';
import type { LinuxGuest } from '../linux-guest.ts';
import { begin, bootDisks, DISK_BYTES, diskVm, doneBy, finish, linuxDisk } from './linux-disk.ts';

const QEMU = ['qemu', 'system', 'riscv64'].join('-');
const MIB = 1 << 20;
const ROUNDS = 5;
/** Before the first round, of both: hot code of the guest is translated, and what both run on compiled, in several steps and aside. */
const WARM_UPS = 3;
/** A disk that is never what one waits for. */
const FAST = { kind: 'flat', latencyNs: 5000, picosecondsPerByte: 100, parallel: 32 };
const READS = 60_000;
const WORKS = [
  { id: 'reads', work: `read ${MIB} 240`, bytes: 240 * MIB, count: 240 },
  { id: 'writes', work: `write ${MIB} 240`, bytes: 240 * MIB, count: 240 },
  {
    id: '4 KiB random reads, 32 in flight',
    work: `random 4096 ${READS} 32`,
    bytes: READS * 4096,
    count: READS,
  },
] as const;

/** Milliseconds of wall time that the lab takes. */
function inLab(host: Host, work: string): number {
  begin(host, 'a', work);
  const start = performance.now();
  finish(host, 'a');
  return performance.now() - start;
}

/** A plain loop: from one buffer into another, in pieces of the same size. */
function copying(bytes: number, piece: number): number {
  const from = new Uint8Array(64 * MIB).fill(1);
  const to = new Uint8Array(64 * MIB);
  const start = performance.now();
  for (let done = 0; done < bytes; done += piece) {
    const at = done % (64 * MIB);
    to.set(from.subarray(at, at + piece), at);
  }
  return performance.now() - start;
}

/** QEMU with the same guest; undefined where there is no QEMU. */
class Qemu {
  readonly #process: ChildProcess;
  #said = '';

  constructor(folder: string, { kernel, initrd }: LinuxGuest) {
    writeFileSync(join(folder, 'Image'), kernel);
    writeFileSync(join(folder, 'initrd'), initrd);
    writeFileSync(join(folder, 'disk'), '');
    truncateSync(join(folder, 'disk'), DISK_BYTES);
    const args = [
      ...['-M', 'virt', '-m', '128', '-smp', '1', '-nographic', '-no-reboot'],
      ...['-kernel', join(folder, 'Image'), '-initrd', join(folder, 'initrd')],
      ...['-append', 'quiet console=ttyS0', '-global', 'virtio-mmio.force-legacy=false'],
      ...['-drive', `file=${join(folder, 'disk')},if=none,format=raw,id=d,cache=writeback`],
      ...['-device', 'virtio-blk-device,drive=d'],
    ];
    this.#process = spawn(QEMU, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#process.stdout?.on('data', (bytes: Buffer) => {
      this.#said += bytes.toString('latin1');
    });
  }

  async until(text: string, count: number): Promise<void> {
    const end = performance.now() + 120_000;
    while (this.#said.split(text).length - 1 < count) {
      if (performance.now() > end || this.#process.exitCode !== null)
        throw new Error(`QEMU's guest does not say ${text}: ${this.#said.slice(-200)}`);
      await new Promise((done) => setTimeout(done, 1));
    }
  }
  async run(work: string): Promise<number> {
    const before = this.#said.split('bench done').length - 1;
    this.#process.stdin?.write(`/bench ${work}\n`);
    await this.until('bench begin', before + 1);
    const start = performance.now();
    await this.until('bench done', before + 1);
    return performance.now() - start;
  }
  stop(): void {
    this.#process.kill();
  }
}

async function qemuOf(folder: string, software: LinuxGuest): Promise<Qemu | string> {
  try {
    execFileSync(QEMU, ['--version'], { stdio: 'ignore' });
    const qemu = new Qemu(folder, software);
    await qemu.until('~ # ', 1);
    return qemu;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function measured(
  software: LinuxGuest,
  folder: string,
  say: (text: string) => void,
): Promise<Figure[]> {
  const host = bootDisks(software, [diskVm('a')], [{ name: 'disk0', model: FAST }]);
  const qemu = await qemuOf(folder, software);
  if (typeof qemu === 'string') say(`without QEMU: ${qemu}`);
  const figures: Figure[] = [];
  for (const { id, work, bytes, count } of WORKS) {
    const times = { lab: [] as number[], copy: [] as number[], qemu: [] as number[] };
    for (let run = 0; run < WARM_UPS; run++) {
      inLab(host, work);
      if (typeof qemu !== 'string') await qemu.run(work);
    }
    for (let round = 0; round < ROUNDS; round++) {
      const before = doneBy(host, 0).bytes;
      times.lab.push(inLab(host, work));
      if (doneBy(host, 0).bytes - before < bytes) throw new Error('the guest has done less than it said');
      times.copy.push(copying(bytes, bytes / count));
      if (typeof qemu !== 'string') times.qemu.push(await qemu.run(work));
    }
    const [lab, copy, other] = [median(times.lab), median(times.copy), median(times.qemu)];
    const isRandom = count === READS;
    figures.push({
      name: `Linux at max: ${id}`,
      value: Math.round(isRandom ? (count / lab) * 1000 : bytes / lab / 1000),
    });
    figures.push({ name: `${id}: against a copying loop`, value: rounded(copy / lab) });
    const name = `${id}: against QEMU`;
    if (typeof qemu === 'string') figures.push({ name, why: qemu });
    else figures.push({ name, value: rounded(other / lab, 2) });
    say(`${id}: lab ${Math.round(lab)} ms, copy ${Math.round(copy)} ms, QEMU ${Math.round(other)} ms`);
  }
  if (typeof qemu !== 'string') qemu.stop();
  return figures;
}

export const THROUGHPUT: FigureGroup = {
  id: 'throughput',
  measure: async ({ say }) => {
    const software = linuxDisk();
    if (typeof software === 'string') throw new Error(software);
    // A file system in RAM, where the machine has one.
    const folder = mkdtempSync('/dev/shm/virtlab-io-');
    try {
      return await measured(software, folder, say);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
