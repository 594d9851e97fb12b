/** The spanning tree of a switch as fields of a form and as settings, with the bounds of 802.1D-2004. */
import { isWithin } from '#base/catalogue/limits';
import type { Settings, SettingValue } from '#base/scenario';

export interface TreePortDraft {
  /** Empty: as usual. */
  readonly priority: string;
  /** Empty: by the speed of its cable. */
  readonly cost: number | string;
  /** Empty: by what hangs there. */
  readonly edge: string;
}
export interface TreeDraft {
  readonly isOn: boolean;
  readonly priority: string;
  readonly helloSeconds: number | string;
  readonly maxAgeSeconds: number | string;
  readonly forwardDelaySeconds: number | string;
  readonly guard: string;
  /** By name. */
  readonly ports: Readonly<Record<string, TreePortDraft>>;
}

/** Seconds, by table 17-1 and what the engine takes. */
export const TIMES = {
  helloSeconds: { least: 1, most: 10, usual: 2 },
  maxAgeSeconds: { least: 6, most: 40, usual: 20 },
  forwardDelaySeconds: { least: 4, most: 30, usual: 15 },
} as const;
export type TimeId = keyof typeof TIMES;
export const TIME_IDS = Object.keys(TIMES) as readonly TimeId[];

const USUAL_PRIORITY = '32768';
/** Of a bridge: its lower twelve bits are the system's; of a port, its lower four (17.14, 9.2.5). */
export const BRIDGE_PRIORITIES: readonly string[] = Array.from({ length: 16 }, (_, at) => String(at * 4096));
export const PORT_PRIORITIES: readonly string[] = Array.from({ length: 16 }, (_, at) => String(at * 16));
export const COSTS = { least: 1, most: 200_000_000 } as const;
export const GUARDS: readonly string[] = ['shut', 'drop', 'off'];
export const EDGES: readonly string[] = ['', 'yes', 'no'];
export const USUAL_PORT: TreePortDraft = { priority: '', cost: '', edge: '' };

const portDraftOf = ({ priority = '', cost = '', edge }: Settings): TreePortDraft => ({
  priority: String(priority),
  cost: cost === '' ? '' : Number(cost),
  edge: edge === undefined ? '' : edge === true ? 'yes' : 'no',
});

export function treeDraftOf(settings: Settings | undefined): TreeDraft {
  const { priority = USUAL_PRIORITY, guard = 'shut', ports = {} } = settings ?? {};
  const time = (id: TimeId): number => Number(settings?.[id] ?? TIMES[id].usual);
  return {
    ...{ isOn: settings !== undefined, priority: String(priority), guard: String(guard) },
    helloSeconds: time('helloSeconds'),
    maxAgeSeconds: time('maxAgeSeconds'),
    forwardDelaySeconds: time('forwardDelaySeconds'),
    ports: Object.fromEntries(
      Object.entries(ports as Readonly<Record<string, Settings>>).map(([name, port]) => [
        name,
        portDraftOf(port),
      ]),
    ),
  };
}

function portOf({ priority, cost, edge }: TreePortDraft): Settings {
  return {
    ...(priority === '' ? {} : { priority: Number(priority) }),
    ...(cost === '' ? {} : { cost: Number(cost) }),
    ...(edge === '' ? {} : { edge: edge === 'yes' }),
  };
}

/** The settings that the fields say, without what is as usual; null: there is no tree. */
export function treeOf({ isOn, priority, guard, ports, ...times }: TreeDraft): Settings | null {
  if (!isOn) return null;
  const said = Object.entries(ports).flatMap(([name, port]): (readonly [string, SettingValue])[] => {
    const settings = portOf(port);
    return Object.keys(settings).length === 0 ? [] : [[name, settings]];
  });
  return {
    ...(priority === USUAL_PRIORITY ? {} : { priority: Number(priority) }),
    ...Object.fromEntries(
      TIME_IDS.flatMap((id) => (Number(times[id]) === TIMES[id].usual ? [] : [[id, Number(times[id])]])),
    ),
    ...(guard === 'shut' ? {} : { guard }),
    ...(said.length === 0 ? {} : { ports: Object.fromEntries(said) }),
  };
}

/**
 * The times that cannot be meant, with what they may be. Information must live long enough to be heard again, and a port must wait until
 * all that is old is gone: 2 × (forward delay − 1) ≥ greatest age ≥ 2 × (hello + 1) (17.14).
 */
export function wrongTimes(draft: TreeDraft): Partial<Record<TimeId, { least: number; most: number }>> {
  const wrong: Partial<Record<TimeId, { least: number; most: number }>> = {};
  for (const id of TIME_IDS) {
    const value = draft[id];
    const { least, most } = TIMES[id];
    if (value === '' || !isWithin(Number(value), TIMES[id])) wrong[id] = { least, most };
  }
  const [hello, age, delay] = TIME_IDS.map((id) => Number(draft[id])) as [number, number, number];
  const { least, most } = TIMES.maxAgeSeconds;
  const bounds = { least: Math.max(least, 2 * (hello + 1)), most: Math.min(most, 2 * (delay - 1)) };
  const isKnown = Object.keys(wrong).length === 0;
  if (isKnown && (age < bounds.least || age > bounds.most)) wrong.maxAgeSeconds = bounds;
  return wrong;
}

export function isCost(value: number | string): boolean {
  return value === '' || isWithin(Number(value), COSTS);
}

export function isTreeRight(draft: TreeDraft): boolean {
  const costs = Object.values(draft.ports).every(({ cost }) => isCost(cost));
  return !draft.isOn || (costs && Object.keys(wrongTimes(draft)).length === 0);
}
