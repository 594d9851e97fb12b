/**
 * What traffic control of a port does for real guests: a stream beside a neighbour that floods, and how long frames wait where the wire is slow.
 * In virtual time: the machine that measures has no part in it.
 */
import { NS_PER_S } from '#base/virtual-time';
import type { Host } from '#hypervisor/host';
import { type Figure, type FigureGroup, median, rounded } from '../figure.ts';
import type { LinuxGuest } from '../linux-guest.ts';
import { bootLan, flood, portOf, stream, streamSoftware } from './lan.ts';

const MEGABIT = 1_000_000;
const SLOW = { wire: { bitsPerSecond: 20 * MEGABIT } };
const STREAM_MIB = 6;
/** What is set at the ports of who floods, and of who is flooded. */
const CURES: Readonly<Record<string, readonly (readonly [vm: string, stage: string, settings: object])[]>> = {
  'strict priority': [
    ['flood', 'class', { priority: 1 }],
    ['to', 'discipline', { kind: 'strict' }],
  ],
  'a policer': [['flood', 'police', { bitsPerSecond: MEGABIT }]],
};

function setStage(host: Host, vm: string, stage: string, settings: object | undefined): void {
  const given = settings as Readonly<Record<string, string | number>> | undefined;
  host.network.switches.get('lan')?.setStage(portOf(host, vm).index, stage, given);
}

function flooded(software: LinuxGuest, say: (text: string) => void): Figure[] {
  const host = bootLan(software, { from: {}, to: { port: SLOW }, flood: {} });
  const rate = (): number => (8 * STREAM_MIB * 2 ** 20) / 1000 / stream(host, STREAM_MIB).virtualMs;
  rate();
  const alone = rate();
  say(`alone ${alone.toFixed(2)} Mbit/s`);
  flood(host);
  const part = (how: string): number => {
    const found = rate();
    say(`flooded, ${how}: ${found.toFixed(2)} Mbit/s`);
    return Math.round((100 * found) / alone);
  };
  // Without a cure a stream does not come to its end.
  const figures: Figure[] = [];
  for (const [how, settings] of Object.entries(CURES)) {
    for (const [vm, stage, given] of settings) setStage(host, vm, stage, given);
    figures.push({ name: `flood: what a stream keeps, with ${how}`, value: part(`with ${how}`) });
    for (const [vm, stage] of settings) setStage(host, vm, stage, undefined);
  }
  return figures;
}

export const FLOOD: FigureGroup = {
  id: 'flood',
  measure: ({ say }) => Promise.resolve(flooded(streamSoftware(), say)),
};

/** How long half of the frames of a stream have waited at most, in milliseconds; not counting how it begins. */
function medianDelay(software: LinuxGuest, kind: string | undefined): number {
  const port = {
    wire: { bitsPerSecond: 10 * MEGABIT },
    ...(kind === undefined ? {} : { discipline: { kind, frames: 256 } }),
  };
  const host = bootLan(software, { from: {}, to: { port } }, 128);
  const from = host.now + 2 * NS_PER_S;
  stream(host, 16);
  const spans = portOf(host, 'to')
    .delays()
    .filter((span) => span.from > from && span.frames > 50);
  if (spans.length < 20) throw new Error(`the stream was over after ${spans.length} spans`);
  return median(spans.map(({ medianNs }) => medianNs)) / 1_000_000;
}

export const CODEL: FigureGroup = {
  id: 'codel',
  measure: ({ say }) => {
    const software = streamSoftware();
    const figures = [undefined, 'codel', 'fq-codel'].map((kind): Figure => {
      const value = rounded(medianDelay(software, kind), 2);
      say(`${kind ?? 'first in, first out'}: ${value} ms`);
      return { name: `codel: median delay with ${kind ?? 'first in, first out'}`, value };
    });
    return Promise.resolve(figures);
  },
};
