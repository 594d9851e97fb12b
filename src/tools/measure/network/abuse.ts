/** What a stream keeps beside a station that abuses the switch (R5), and what the switch holds afterwards: a million frames of each abuse. */
import { ABUSES, abused } from '#hypervisor/network/fixtures/abuse';
import type { Figure, FigureGroup, Wanted } from '../figure.ts';

const FRAMES = 1_000_000;
const GROUP = 'abuse';
const NAMES = {
  keeps: (id: string) => `abuse: what a stream keeps beside ${id}`,
  entries: 'abuse: addresses that the switch knows at most',
  bytes: 'abuse: bytes that the switch holds at most',
  frames: 'abuse: frames of each',
};

export const ABUSE_WANTED: readonly Wanted[] = [
  { name: NAMES.frames, group: GROUP, unit: '', bound: { least: FRAMES } },
  ...ABUSES.map(
    ({ id }): Wanted => ({ name: NAMES.keeps(id), group: GROUP, unit: '%', bound: { least: 90 } }),
  ),
  { name: NAMES.entries, group: GROUP, unit: '', bound: { most: 1024 } },
  { name: NAMES.bytes, group: GROUP, unit: 'B', bound: { most: 1 << 20 } },
];

export const ABUSE: FigureGroup = {
  id: GROUP,
  measure({ say }) {
    let [entries, bytes] = [0, 0];
    const figures = ABUSES.map((abuse): Figure => {
      const found = abused(abuse, FRAMES);
      say(`${abuse.id}: ${found.came} of ${found.sent} came, and ${found.reached} of ${found.abuses} others`);
      entries = Math.max(entries, found.entries);
      bytes = Math.max(bytes, found.stateBytes);
      return { name: NAMES.keeps(abuse.id), value: Math.round((1000 * found.came) / found.sent) / 10 };
    });
    const held = [
      { name: NAMES.entries, value: entries },
      { name: NAMES.bytes, value: bytes },
    ];
    return Promise.resolve([{ name: NAMES.frames, value: FRAMES }, ...figures, ...held]);
  },
};
