/**
 * Frames of the least size from one Linux guest to another, over the switch, in a second of wall time at speed max: what comes of the switch
 * where guests are at both ends; and of two guests of QEMU that a socket joins, in one interleaved run.
 */
import { type FigureGroup, median, rounded } from '../figure.ts';
import { bootLan, datagrams, streamSoftware } from './lan.ts';
import { QemuPair } from './qemu-pair.ts';

const ROUNDS = 3;
const COUNT = 20_000;
/** With the headers of Ethernet (14), IPv4 (20) and UDP (8) that is 60. */
const BYTES = 18;

const NAME = 'two Linux VMs: frames of the least size received';

export const FRAMES: FigureGroup = {
  id: 'frames',
  async measure({ say }) {
    const software = streamSoftware();
    const qemu = await QemuPair.start(software);
    if (typeof qemu === 'string') say(`without QEMU: ${qemu}`);
    try {
      const host = bootLan(software, { from: {}, to: {} });
      const [ours, others]: [number[], number[]] = [[], []];
      const perSecond = ({ came, wallMs }: { readonly came: number; readonly wallMs: number }): number =>
        Math.round((came * 1000) / wallMs);
      // The first round is to warm up.
      for (let round = 0; round <= ROUNDS; round++) {
        const found = datagrams(host, COUNT, BYTES);
        const other = typeof qemu === 'string' ? undefined : await qemu.datagrams(COUNT, BYTES);
        say(
          `${found.came} of ${COUNT} came, ${perSecond(found)} a second` +
            (other === undefined ? '' : `; of QEMU ${other.came}, ${perSecond(other)} a second`),
        );
        if (round === 0) continue;
        ours.push(perSecond(found));
        if (other !== undefined) others.push(perSecond(other));
      }
      const against = `${NAME}, against QEMU`;
      return [
        { name: NAME, value: median(ours) },
        typeof qemu === 'string'
          ? { name: against, why: qemu }
          : { name: against, value: rounded(median(ours) / median(others), 2) },
      ];
    } finally {
      if (typeof qemu !== 'string') qemu.stop();
    }
  },
};
