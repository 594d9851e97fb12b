/** Weights and caps of guests that never wait, and how late one that wakes is run beside them; in virtual time. */
import { fairShares, WEIGHTS } from '#hypervisor/cpu/schedulers/fixtures/workloads';
import { type Figure, type FigureGroup, rounded } from '../figure.ts';
import { bareHost, bareVm, INTERACTIVE_PERIOD_NS, MS, RESULTS, ranNs, WAKES_AT } from './bare-host.ts';

const RUN_NS = 10_000 * MS;
export const FAIR_KINDS = ['credit', 'fair'] as const;
const SIZES = [2, 4, 16].flatMap((vms) => [1, 2, 8].map((harts) => ({ vms, harts })));

const percent = (got: number, wanted: number): number => Math.abs(got / wanted - 1) * 100;
/** What VMs of these parts have of 10 s of a hart, against what they are due; the furthest, in percent. */
function furthest(
  kind: string,
  harts: number,
  due: readonly number[],
  cpu: (vm: number) => { weight?: number; capPercent?: number },
): number {
  const names = due.map((_, at) => `vm${at}`);
  const host = bareHost(
    kind,
    harts,
    names.map((name, at) => bareVm(name, 'busy', cpu(at))),
  );
  host.advance(RUN_NS);
  return Math.max(...names.map((name, at) => percent(ranNs(host, name) / RUN_NS, due[at]!)));
}

export const SHARES: FigureGroup = {
  id: 'shares',
  measure: ({ say }) => {
    const figures = FAIR_KINDS.flatMap((kind): Figure[] => {
      const shares: number[] = [];
      const caps: number[] = [];
      for (const { vms, harts } of SIZES) {
        const weights = WEIGHTS.slice(0, vms);
        shares.push(furthest(kind, harts, fairShares(weights, harts), (at) => ({ weight: weights[at]! })));
        // As much as fits with room to spare, so that caps alone decide.
        const most = Math.floor((80 * harts) / Math.max(vms, harts));
        const capPercent = (at: number): number => (at % 2 === 0 ? most : Math.floor(most / 2));
        const due = weights.map((_, at) => capPercent(at) / 100);
        caps.push(furthest(kind, harts, due, (at) => ({ capPercent: capPercent(at) })));
        say(
          `${kind}, ${vms} VMs on ${harts}: shares ${shares.at(-1)?.toFixed(3)} %, caps ${caps.at(-1)?.toFixed(3)} %`,
        );
      }
      return [
        { name: `${kind}: share, furthest from its weight`, value: rounded(Math.max(...shares)) },
        { name: `${kind}: share, furthest from its cap`, value: rounded(Math.max(...caps)) },
      ];
    });
    return Promise.resolve(figures);
  },
};

/** The worst delay of a VM that wakes each 7 ms for 300 µs beside three that never wait, as it sees it itself. */
function worstDelayMs(kind: string, realTime: boolean): number {
  const budget = { realTime: { periodNs: INTERACTIVE_PERIOD_NS, budgetNs: MS } };
  const busy = ['a', 'b', 'c'].map((name) => bareVm(name, 'busy'));
  const host = bareHost(kind, 1, [...busy, bareVm('wakes', 'interactive', realTime ? budget : {})]);
  host.advance(RUN_NS);
  const { memory } = host.vm('wakes')!;
  const wakes = memory.readU32(RESULTS + WAKES_AT);
  if (wakes < 250) throw new Error(`it woke ${wakes} times`);
  return memory.readU32(RESULTS) / 10_000;
}

export const LATENCY: FigureGroup = {
  id: 'latency',
  measure: () =>
    Promise.resolve(
      (['credit', 'fair', 'real-time', 'round-robin'] as const).map(
        (kind): Figure => ({
          name: `${kind}: latest that an interactive VM is run beside three busy ones`,
          value: rounded(worstDelayMs(kind, kind === 'real-time')),
        }),
      ),
    ),
};
