/** Damaged segments of streams of the web without number: their messages put together, the streams followed. */
import { MOST_OPEN } from '#base/packets/conversations/http-messages';
import { type MutatedStreams, mutateStreams } from '#base/packets/fixtures/stream-mutations';
import { harmlessRows, perSecond, type TrialFigures, trialFigures } from '../hostile.ts';

const PACKETS = 1_000_000;
const SEED = 1;
const WHAT = 'streams: mutated segments';

interface Found extends MutatedStreams {
  readonly workMs: number;
}

export const STREAM_MUTATIONS: TrialFigures = trialFigures<Found>({
  id: 'stream-mutations',
  rows: [
    { name: WHAT, bound: { least: PACKETS }, of: ({ packets }) => packets },
    {
      name: `${WHAT}: messages of several that were put together`,
      bound: { least: PACKETS / 50 },
      of: ({ joined }) => joined,
    },
    ...harmlessRows<Found>(WHAT),
    { name: `${WHAT}: fields outside of the packet`, bound: { is: 0 }, of: ({ outside }) => outside },
    {
      name: 'streams: all of it came, and was not read as it was said',
      bound: { is: 0 },
      of: ({ misread }) => misread,
    },
    {
      ...{ name: 'streams: bytes of messages that are not whole, at most', unit: 'B' },
      ...{ bound: { most: MOST_OPEN }, of: ({ mostOpen }) => mostOpen },
    },
    {
      name: 'streams: conversations that are known, at most',
      // So many of TCP.
      bound: { most: 4096 },
      of: ({ mostKnown }) => mostKnown,
    },
    {
      ...{ name: `${WHAT} in a second of processor time`, unit: '/s', bound: undefined },
      of: ({ packets, workMs }) => perSecond(packets, workMs),
    },
  ],
  run(clock) {
    const start = clock();
    const found = mutateStreams(SEED, PACKETS, clock);
    return { ...found, workMs: clock() - start };
  },
  tell: ({ first }) => [first ?? 'no exception'],
});
