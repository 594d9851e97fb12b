/** Whether all who count frames have counted the same: cards, ports, captures, and the picture of what passes. */
import { cardAgreement } from '#hypervisor/network/fixtures/agreement/cards';
import type { Agreement } from '#hypervisor/network/fixtures/agreement/comparison';
import { switchAgreement } from '#hypervisor/network/fixtures/agreement/one-switch';
import { networkAgreement } from '#hypervisor/network/fixtures/agreement/whole-network';
import { type TrialFigures, trialFigures } from '../hostile.ts';

const FRAMES = 1_000_000;
const NETWORK_FRAMES = 30_000;
const CARD_SECONDS = 120;

type Found = Readonly<Record<'one' | 'network' | 'cards', Agreement>>;

const all = (found: Found, of: (each: Agreement) => number): number =>
  of(found.one) + of(found.network) + of(found.cards);

export const AGREEMENT: TrialFigures = trialFigures<Found>({
  id: 'agreement',
  rows: [
    {
      name: 'counters agree: frames sent',
      bound: { least: FRAMES },
      of: (found) => all(found, ({ sent }) => sent),
    },
    {
      name: 'counters agree: frames that were delivered',
      bound: { least: FRAMES / 10 },
      of: (found) => all(found, ({ delivered }) => delivered),
    },
    {
      name: 'counters agree: frames that guests have sent',
      bound: { least: 1000 },
      of: ({ cards }) => cards.sent,
    },
    {
      name: 'counters agree: pairs that were held against each other',
      bound: { least: 100 },
      of: (found) => all(found, ({ compared }) => compared),
    },
    {
      name: 'counters agree: pairs that differ',
      bound: { is: 0 },
      of: (found) => all(found, ({ differing }) => differing),
    },
  ],
  run: () => ({
    one: switchAgreement(11, FRAMES),
    network: networkAgreement(5, NETWORK_FRAMES),
    cards: cardAgreement(CARD_SECONDS),
  }),
  tell: ({ one, network, cards }) =>
    [one, network, cards].flatMap(({ compared, differences }) => [
      `${compared} pairs compared`,
      ...differences,
    ]),
});
