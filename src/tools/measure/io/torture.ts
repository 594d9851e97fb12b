/**
 * Chains of descriptors without number for each sort of virtio device, and requests and descriptors for disks and cards behind registers
 * and passed through, half of them with one field wrong. What is counted is what came of them.
 */

import { CARD_FORMS, tortureCard } from '#machine/devices/ethoc/fixtures/torture';
import { DISK_FORMS, tortureDisk } from '#machine/devices/ide/fixtures/torture';
import { tortureChains } from '#machine/devices/virtio/fixtures/chain-torture';
import { LAYOUTS } from '#machine/devices/virtio/mock-driver';
import { SAMPLE_DEVICES } from '#machine/devices/virtio/sample-devices';
import type { Figure, FigureGroup, Wanted } from '../figure.ts';

const CHAINS = 1_000_000;
const SEED = 1;
const GROUP = 'torture';

interface Tortured {
  readonly chains: number;
  readonly completed: number;
  readonly foreignWrites: number;
  readonly healthy: { readonly asked: number; readonly answered: number };
}
interface Case {
  readonly name: string;
  /** Chains in a second of one processor, which load of the machine takes from. */
  readonly least: number;
  torture(say: (text: string) => void): Tortured;
}

/** A request behind registers is hundreds of accesses, tables made anew among them. */
const [QUICK, SLOW] = [20_000, 1_000];

const CASES: readonly Case[] = [
  // Each device with its queues in both layouts.
  ...SAMPLE_DEVICES.flatMap(({ kind }) =>
    LAYOUTS.map((layout): Case => {
      const name = `torture ${kind}${layout === 'split' ? '' : ', packed'}`;
      return {
        ...{ name, least: QUICK },
        torture(say) {
          const found = tortureChains(kind, SEED, CHAINS, layout);
          say(`${name}: ${found.resets} resets, ${found.mutated} chains with a field wrong`);
          return found;
        },
      };
    }),
  ),
  ...CARD_FORMS.map((form): Case => {
    return {
      ...{ name: `torture ethoc ${form}`, least: form === 'passed' ? SLOW : QUICK },
      torture() {
        const { descriptors, ...found } = tortureCard(form, SEED, CHAINS);
        return { chains: descriptors, ...found };
      },
    };
  }),
  ...DISK_FORMS.map((form): Case => {
    return {
      ...{ name: `torture ide ${form}`, least: SLOW },
      torture() {
        const { requests, ...found } = tortureDisk(form, SEED, CHAINS);
        return { chains: requests, ...found };
      },
    };
  }),
];

/** R3 and R4 of the reliability goals, for each device. */
export const TORTURE_WANTED: readonly Wanted[] = CASES.flatMap(({ name, least }): Wanted[] => [
  { name: `${name}: chains`, group: GROUP, unit: '', bound: { least: CHAINS } },
  { name: `${name}: completed`, group: GROUP, unit: '%', bound: { least: 40 } },
  { name: `${name}: writes where no descriptor points`, group: GROUP, unit: '', bound: { is: 0 } },
  { name: `${name}: requests unanswered after a reset`, group: GROUP, unit: '', bound: { is: 0 } },
  { name: `${name}: chains per second`, group: GROUP, unit: '/s', bound: { least } },
]);

/** What came of chains, and how many there were in a second of a processor. */
function figuresOf(name: string, torture: () => Tortured): Figure[] {
  const from = process.cpuUsage();
  const { chains, completed, foreignWrites, healthy } = torture();
  const { user, system } = process.cpuUsage(from);
  return [
    { name: `${name}: chains`, value: chains },
    { name: `${name}: completed`, value: Math.round((1000 * completed) / chains) / 10 },
    { name: `${name}: writes where no descriptor points`, value: foreignWrites },
    { name: `${name}: requests unanswered after a reset`, value: healthy.asked - healthy.answered },
    { name: `${name}: chains per second`, value: Math.round(chains / ((user + system) / 1e6)) },
  ];
}

export const TORTURE: FigureGroup = {
  id: GROUP,
  measure: ({ say }) =>
    Promise.resolve(CASES.flatMap(({ name, torture }) => figuresOf(name, () => torture(say)))),
};
