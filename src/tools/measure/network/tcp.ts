/**
 * How fast a stream goes over TCP from one Linux guest to another, at speed max: by wall time, by the guests' own, and against two guests of QEMU
 * that a socket joins, in one interleaved run. A socket of QEMU carries no offload.
 */
import { type Figure, type FigureGroup, median, rounded } from '../figure.ts';
import type { LinuxGuest } from '../linux-guest.ts';
import { bootLan, stream, streamSoftware } from './lan.ts';
import { QemuPair } from './qemu-pair.ts';

const MIB = 1 << 20;
const SENT_MIB = 64;
const ROUNDS = 3;

/** Of so many milliseconds. */
const megabits = (ms: number): number => Math.round((SENT_MIB * MIB * 8) / 1000 / ms);

async function measured(
  software: LinuxGuest,
  offload: boolean,
  qemu: QemuPair | string,
  say: (text: string) => void,
): Promise<Figure[]> {
  const host = bootLan(software, { from: { offload }, to: { offload } });
  const frames = (): number => host.vm('to')?.devices.counted('net', 'framesIn') ?? 0;
  stream(host, SENT_MIB);
  const before = frames();
  const rounds: { readonly wallMs: number; readonly virtualMs: number }[] = [];
  const others: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { wallMs, virtualMs } = stream(host, SENT_MIB);
    rounds.push({ wallMs, virtualMs });
    if (typeof qemu !== 'string') others.push(await qemu.stream(SENT_MIB));
    const qemuMs = others.length === 0 ? '' : `; QEMU ${Math.round(others.at(-1)!)} ms`;
    say(`${SENT_MIB} MiB: ${Math.round(wallMs)} ms, ${Math.round(virtualMs)} ms of the guests’${qemuMs}`);
  }
  const name = `${offload ? '' : 'without offload: '}TCP between two Linux VMs`;
  const wallMs = median(rounds.map((round) => round.wallMs));
  const against = `${name}, against QEMU`;
  return [
    { name, value: megabits(wallMs) },
    { name: `${name}, in virtual time`, value: megabits(median(rounds.map(({ virtualMs }) => virtualMs))) },
    { name: `${name}: ether frames received`, value: Math.round((frames() - before) / ROUNDS) },
    typeof qemu === 'string'
      ? { name: against, why: qemu }
      : { name: against, value: rounded(median(others) / wallMs, 2) },
  ];
}

export const TCP: FigureGroup = {
  id: 'tcp',
  async measure({ say }) {
    const software = streamSoftware();
    const qemu = await QemuPair.start(software);
    if (typeof qemu === 'string') say(`without QEMU: ${qemu}`);
    try {
      const figures: Figure[] = [];
      for (const offload of [true, false]) figures.push(...(await measured(software, offload, qemu, say)));
      return figures;
    } finally {
      if (typeof qemu !== 'string') qemu.stop();
    }
  },
};
