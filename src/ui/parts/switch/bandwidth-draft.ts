/** The bandwidth of a switch's cards, and how long it remembers addresses, as fields of a form and as settings. */
import type { Settings } from '#base/scenario';

/** A number of a field; empty: none, or as usual. */
export type FieldNumber = number | string;

export interface BandwidthDraft {
  readonly isOn: boolean;
  /** Mbit/s of all cards with a share together. */
  readonly whole: FieldNumber;
  readonly allocation: string;
  /** Milliseconds. */
  readonly idle: FieldNumber;
  /** Mbit/s, by the name of the port; empty: it is not limited. Fixed, who comes first has its share first. */
  readonly shares: Readonly<Record<string, FieldNumber>>;
}

const MEGA = 1e6;
export const ALLOCATIONS: readonly string[] = ['on-demand', 'fixed'];
/** Mbit/s, milliseconds and seconds, as the engine takes them. */
export const RATES = { least: 0.001, most: 100_000 } as const;
export const IDLE_MS = { least: 0.001, most: 60_000, usual: 1000 } as const;
export const AGING_SECONDS = { least: 0.001, most: 1_000_000, usual: 300 } as const;
const USUAL_WHOLE = 100;

const inMega = (bits: unknown): number => Number(bits) / MEGA;
const inBits = (mega: FieldNumber): number => Math.round(Number(mega) * MEGA);

export function bandwidthDraftOf(settings: Settings | undefined): BandwidthDraft {
  const { bitsPerSecond, allocation = 'on-demand', idleNs, ports = {} } = settings ?? {};
  return {
    isOn: settings !== undefined,
    whole: bitsPerSecond === undefined ? USUAL_WHOLE : inMega(bitsPerSecond),
    allocation: String(allocation),
    idle: idleNs === undefined ? IDLE_MS.usual : inMega(idleNs),
    shares: Object.fromEntries(Object.entries(ports).map(([name, bits]) => [name, inMega(bits)])),
  };
}

/** What the fields say, without what is as usual; null: nobody is limited. */
export function bandwidthOf({ isOn, whole, allocation, idle, shares }: BandwidthDraft): Settings | null {
  if (!isOn) return null;
  const said = Object.entries(shares).filter(([, share]) => share !== '');
  return {
    bitsPerSecond: inBits(whole),
    ...(allocation === 'on-demand' ? {} : { allocation }),
    ports: Object.fromEntries(said.map(([name, share]) => [name, inBits(share)])),
    // Who has a share from the start is never without it.
    ...(allocation === 'fixed' || Number(idle) === IDLE_MS.usual ? {} : { idleNs: inBits(idle) }),
  };
}

function isFrom(
  value: FieldNumber,
  { least, most }: { readonly least: number; readonly most: number },
): boolean {
  return value !== '' && Number(value) >= least && Number(value) <= most;
}
export function isRate(value: FieldNumber): boolean {
  return isFrom(value, RATES);
}
export function isIdle(value: FieldNumber): boolean {
  return isFrom(value, IDLE_MS);
}

/** Mbit/s that all shares come to. */
export function sharesOf({ shares }: BandwidthDraft): number {
  return Object.values(shares).reduce<number>((sum, share) => sum + Number(share), 0);
}

export function isBandwidthRight(draft: BandwidthDraft): boolean {
  const { isOn, whole, allocation, idle } = draft;
  const shares = Object.values(draft.shares).filter((share) => share !== '');
  const right = isRate(whole) && (allocation === 'fixed' || isIdle(idle)) && shares.every(isRate);
  return !isOn || (right && shares.length > 0);
}

/** Empty where it is as usual. */
export function agingDraftOf(settings: Settings | undefined): FieldNumber {
  return settings === undefined ? '' : Number(settings['seconds']);
}
export function agingOf(seconds: FieldNumber): Settings | null {
  return seconds === '' || Number(seconds) === AGING_SECONDS.usual ? null : { seconds: Number(seconds) };
}
export function isAgingRight(seconds: FieldNumber): boolean {
  return seconds === '' || isFrom(seconds, AGING_SECONDS);
}
