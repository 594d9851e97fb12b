/** Rates and shares from two answers of the machine; without an earlier one only shares since it was switched on. */
import type { AccessKind, ByStage, MachineState } from '#bridge/protocol/answers';

/** `null`: nothing has happened that it could be a share of, or there is no earlier answer. */
export type Figure = number | null;

export interface HartFigures {
  readonly instructions: Figure;
  /** Share of translated code in its instructions. */
  readonly translated: Figure;
  /** Shares of virtual time. */
  readonly guest: Figure;
  /** Part of `guest` in which no instruction executed. */
  readonly stall: Figure;
  readonly hypervisor: Figure;
  readonly idle: Figure;
}

export interface StageFigures {
  readonly walks: Figure;
  /** Share of walks that knew the last table. */
  readonly hits: Figure;
  /** Page-table entries read by one walk. */
  readonly references: Figure;
}

export interface AccessFigures {
  readonly kind: AccessKind;
  readonly misses: Figure;
  readonly missesPerThousand: Figure;
  /** Share of accesses that the TLB knew. */
  readonly hits: Figure;
  /** True where the number of accesses is an estimate. */
  readonly isEstimate: boolean;
}

/** Everything without a unit is per second of the worker's clock. */
export interface Figures {
  readonly harts: readonly HartFigures[];
  readonly instructions: Figure;
  readonly translated: Figure;
  readonly accesses: readonly AccessFigures[];
  readonly vs: StageFigures;
  readonly g: StageFigures;
  readonly exits: Figure;
  /** By reason. */
  readonly exitRates: Readonly<Record<string, Figure>>;
  readonly traps: Figure;
  readonly interrupts: Figure;
  /** Share of the clock's time. */
  readonly translatorTime: Figure;
  /** Instructions that one call of translated code executes. */
  readonly perCall: Figure;
}

/** What is shown of an answer as it is; the rest of it is there to make figures of. */
export interface ShownState extends Pick<MachineState, 'tlb' | 'exits' | 'translator' | 'costs'> {
  readonly harts: readonly { readonly vm: string | undefined; readonly vcpu: number | undefined }[];
}

export function shownOf({ harts, tlb, exits, translator, costs }: MachineState): ShownState {
  return { harts: harts.map(({ vm, vcpu }) => ({ vm, vcpu })), tlb, exits, translator, costs };
}

/** A point of the chart: instructions per second of the worker's clock. */
export interface Speeds {
  readonly wallMs: number;
  readonly translated: number;
  readonly interpreted: number;
}

export function speedsOf({ instructions, translated }: Figures, wallMs: number): Speeds {
  // Without an instruction no share of them is known, and none is needed; without a rate there is a gap.
  const all = instructions ?? Number.NaN;
  const share = translated ?? 0;
  return { wallMs, translated: all * share, interpreted: all * (1 - share) };
}

const KINDS: readonly AccessKind[] = ['load', 'store', 'execute'];

function share(part: number, whole: number): Figure {
  return whole > 0 ? part / whole : null;
}

export function figuresOf(before: MachineState | null, now: MachineState): Figures {
  const seconds = before === null ? 0 : (now.wallMs - before.wallMs) / 1000;
  const rate = (count: number): Figure => (seconds > 0 ? count / seconds : null);
  const grown = (of: (state: MachineState) => number): number =>
    Math.max(0, of(now) - (before === null ? 0 : of(before)));
  const all =
    (field: 'instructions' | 'translated') =>
    (state: MachineState): number =>
      state.harts.reduce((sum, hart) => sum + hart[field], 0);
  const instructions = grown(all('instructions'));
  const stage = (of: keyof ByStage): StageFigures => {
    const walks = grown(({ tlb }) => tlb.walks[of]);
    return {
      walks: rate(walks),
      hits: share(
        grown(({ tlb }) => tlb.shortWalks[of]),
        walks,
      ),
      references: share(
        grown(({ tlb }) => tlb.references[of]),
        walks,
      ),
    };
  };
  const exitsOf = (reason: string): number =>
    grown(({ exits }) => exits.find((row) => row.reason === reason)?.count ?? 0);
  return {
    harts: now.harts.map((_, index) => {
      const of = (
        field: 'instructions' | 'translated' | 'guestNs' | 'stallNs' | 'hypervisorNs' | 'idleNs',
      ): number => grown(({ harts }) => harts[index]?.[field] ?? 0);
      const time = of('guestNs') + of('hypervisorNs') + of('idleNs');
      return {
        instructions: rate(of('instructions')),
        translated: share(of('translated'), of('instructions')),
        guest: share(of('guestNs'), time),
        stall: share(of('stallNs'), time),
        hypervisor: share(of('hypervisorNs'), time),
        idle: share(of('idleNs'), time),
      };
    }),
    instructions: rate(instructions),
    translated: share(grown(all('translated')), instructions),
    accesses: KINDS.map((kind) => {
      const misses = grown(({ tlb }) => tlb.misses[kind]);
      const accesses = instructions * (now.tlb.accesses[kind] ?? 0);
      return {
        kind,
        misses: rate(misses),
        missesPerThousand: share(misses * 1000, instructions),
        // More misses than accesses: there are too few samples to speak of.
        hits: misses > accesses ? null : share(accesses - misses, accesses),
        isEstimate: kind !== 'execute',
      };
    }),
    vs: stage('vs'),
    g: stage('g'),
    exits: rate(grown(({ exits }) => exits.reduce((sum, { count }) => sum + count, 0))),
    exitRates: Object.fromEntries(now.exits.map(({ reason }) => [reason, rate(exitsOf(reason))])),
    traps: rate(grown(({ traps }) => traps)),
    interrupts: rate(grown(({ interrupts }) => interrupts)),
    translatorTime: seconds > 0 ? grown(({ translator }) => translator.ms) / 1000 / seconds : null,
    perCall: share(
      grown(all('translated')),
      grown(({ translator }) => translator.entered),
    ),
  };
}
