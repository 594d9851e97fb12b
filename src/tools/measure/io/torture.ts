/**
 * Chains of descriptors without number for each sort of virtio device, and requests and descriptors for disks and cards behind registers
 * and passed through, half of them with one field wrong. What is counted is what came of them.
 */

import { CARD_FORMS, tortureCard } from '#machine/devices/ethoc/fixtures/torture';
import { DISK_FORMS, tortureDisk } from '#machine/devices/ide/fixtures/torture';
import { tortureChains } from '#machine/devices/virtio/fixtures/chain-torture';
import { LAYOUTS, type Layout } from '#machine/devices/virtio/mock-driver';
import { SAMPLE_DEVICES } from '#machine/devices/virtio/sample-devices';
import type { Figure, FigureGroup, Wanted } from '../figure.ts';

const CHAINS = 1_000_000;
const SEED = 1;
const GROUP = 'torture';

/** Each device with its queues in both layouts. */
const CASES: readonly { readonly kind: string; readonly layout: Layout; readonly name: string }[] =
  SAMPLE_DEVICES.flatMap(({ kind }) =>
    LAYOUTS.map((layout) => ({
      kind,
      layout,
      name: `torture ${kind}${layout === 'split' ? '' : ', packed'}`,
    })),
  );

/** R3 and R4 of the reliability goals, for each device. */
export const TORTURE_WANTED: readonly Wanted[] = [
  ...CASES.map(({ name }) => name),
  ...CARD_FORMS.map((form) => `torture ethoc ${form}`),
  ...DISK_FORMS.map((form) => `torture ide ${form}`),
].flatMap((name): Wanted[] => [
  { name: `${name}: chains`, group: GROUP, unit: '', bound: { least: CHAINS } },
  { name: `${name}: completed`, group: GROUP, unit: '%', bound: { least: 40 } },
  { name: `${name}: writes where no descriptor points`, group: GROUP, unit: '', bound: { is: 0 } },
  { name: `${name}: requests unanswered after a reset`, group: GROUP, unit: '', bound: { is: 0 } },
  // Of one processor, which load of the machine takes from. A request behind registers is hundreds of accesses, tables made anew among them.
  {
    name: `${name}: chains per second`,
    group: GROUP,
    unit: '/s',
    bound: { least: /ide|passed/.test(name) ? 1_000 : 20_000 },
  },
]);

interface Tortured {
  readonly chains: number;
  readonly completed: number;
  readonly foreignWrites: number;
  readonly healthy: { readonly asked: number; readonly answered: number };
}

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
  measure({ say }) {
    const figures = CASES.flatMap(({ kind, layout, name }) =>
      figuresOf(name, () => {
        const found = tortureChains(kind, SEED, CHAINS, layout);
        say(`${name}: ${found.resets} resets, ${found.mutated} chains with a field wrong`);
        return found;
      }),
    );
    const ofCard = CARD_FORMS.flatMap((form) =>
      figuresOf(`torture ethoc ${form}`, () => {
        const { descriptors, ...found } = tortureCard(form, SEED, CHAINS);
        return { chains: descriptors, ...found };
      }),
    );
    const ofDisk = DISK_FORMS.flatMap((form) =>
      figuresOf(`torture ide ${form}`, () => {
        const { requests, ...found } = tortureDisk(form, SEED, CHAINS);
        return { chains: requests, ...found };
      }),
    );
    return Promise.resolve([...figures, ...ofCard, ...ofDisk]);
  },
};
