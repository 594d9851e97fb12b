/** How exactly a limit of a port holds over one second of virtual time, for several rates and lengths of frames: all of them, the worst told. */
import type { PortSettings } from '#base/scenario';
import { NS_PER_S } from '#base/virtual-time';
import { PORT_STAGES } from '#hypervisor/network/stages/stages';
import { VirtualSwitch } from '#hypervisor/network/virtual-switch';
import { EventQueue } from '#machine/event-queue';
import { type Figure, type FigureGroup, rounded } from '../figure.ts';

const RATES = [1_000_000, 10_000_000, 100_000_000, 1_000_000_000] as const;
const LENGTHS = [60, 300, 1514] as const;
const FAST = { wire: { bitsPerSecond: 100_000_000_000, delayNs: 0 } };

const LIMITED = {
  shape: (bitsPerSecond: number): readonly PortSettings[] => [{}, { ...FAST, shape: { bitsPerSecond } }],
  police: (bitsPerSecond: number): readonly PortSettings[] => [{ police: { bitsPerSecond } }, FAST],
} as const;

/** A frame from the first station to the second. */
function frameOf(length: number): Uint8Array {
  const frame = new Uint8Array(length);
  frame.set([0x52, 0x54, 0, 0, 0, 2, 0x52, 0x54, 0, 0, 0, 1]);
  return frame;
}

/** Bits that come in the second after a warm-up, of twice as many as may; by the rate. */
function part(ports: readonly PortSettings[], rate: number, length: number, warmUp: boolean): number {
  const events = new EventQueue();
  let now = 0;
  let bits = 0;
  const network = new VirtualSwitch({ name: 'lan', events, now: () => now, stages: PORT_STAGES });
  for (const [index, settings] of ports.entries())
    network.connect(`p${index}`, { receive: (bytes) => (bits += 8 * bytes.length) }, settings);
  const frame = frameOf(length);
  const everyNs = (8 * length * NS_PER_S) / (2 * rate);
  const from = warmUp ? NS_PER_S / 4 : 0;
  const second = (until: number, start: number): void => {
    for (let sent = 0; start + sent * everyNs < until; sent++) {
      const at = Math.floor(start + sent * everyNs);
      for (; events.nextAt() <= at; events.runDue(now)) now = events.nextAt();
      now = at;
      network.send(0, frame);
    }
    for (; events.nextAt() <= until; events.runDue(now)) now = events.nextAt();
  };
  second(from, 0);
  bits = 0;
  second(from + NS_PER_S, from);
  return bits / rate;
}

export const LIMITS: FigureGroup = {
  id: 'limits',
  measure({ say }) {
    const figures = (['shape', 'police'] as const).map((stage): Figure => {
      let worst = 0;
      for (const rate of RATES)
        for (const length of LENGTHS)
          for (const warmUp of [false, true]) {
            const found = part(LIMITED[stage](rate), rate, length, warmUp);
            worst = Math.max(worst, Math.abs(found - 1));
            say(
              `${stage}: ${rate} bit/s, frames of ${length}, ${warmUp ? 'under way' : 'from the start'}: ${found.toFixed(4)}`,
            );
          }
      return {
        name: `limits: ${stage}, furthest from its rate over a second`,
        value: rounded(100 * worst, 2),
      };
    });
    return Promise.resolve(figures);
  },
};
