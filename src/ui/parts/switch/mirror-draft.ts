/** Copies that a switch makes for whoever listens, as fields of a form and as settings. */
import { isWithin, LIMITS } from '#base/catalogue/limits';
import type { Settings } from '#base/scenario';
import { listIn } from './rule-text.ts';

export interface SourceDraft {
  /** Empty: all ports. */
  readonly port: string;
  /** Empty: all VLANs. */
  readonly vlan: number | string;
  readonly direction: string;
}
export interface MirrorDraft {
  /** Who listens; empty: nobody. */
  readonly to: string;
  readonly sources: readonly SourceDraft[];
}
export const DIRECTIONS: readonly string[] = ['both', 'in', 'out'];
export const MOST_SOURCES = 16;
const EVERYTHING: SourceDraft = { port: '', vlan: '', direction: 'both' };

/** What the fields show of a mirror that is set so; none is a mirror for nobody. */
export function mirrorDraftOf(settings: Settings | undefined): MirrorDraft {
  const sources = listIn(settings, 'sources').map(
    ({ port = '', vlan = '', direction = 'both' }): SourceDraft => ({
      ...{ port: String(port), vlan: vlan === '' ? '' : Number(vlan), direction: String(direction) },
    }),
  );
  return { to: String(settings?.['to'] ?? ''), sources };
}

/** One more source: what passes a port, or everything. */
export function withSource({ to, sources }: MirrorDraft, port = ''): MirrorDraft {
  return { to, sources: [...sources, { ...EVERYTHING, port }] };
}

/** Somebody listens, to this port unless it was said to what; or nobody. */
export function withListener(draft: MirrorDraft, to: string, port?: string): MirrorDraft {
  const heard = draft.sources.length === 0 && to !== '' ? withSource(draft, port) : draft;
  return { ...heard, to };
}

export function mirrorOf({ to, sources }: MirrorDraft): Settings | null {
  if (to === '' || sources.length === 0) return null;
  const heard = sources.map(({ port, vlan, direction }) => ({
    ...(port === '' ? {} : { port }),
    ...(vlan === '' ? {} : { vlan: Number(vlan) }),
    direction,
  }));
  return { sources: heard, to };
}

/** Whether a VLAN can be meant. */
export function isVlan(value: number | string): boolean {
  return value === '' || isWithin(Number(value), LIMITS.vlans);
}

/** Whether somebody listens to what he himself is sent, or something stands there that cannot be meant. */
export function isMirrorRight({ to, sources }: MirrorDraft): boolean {
  return to === '' || sources.every(({ port, vlan }) => port !== to && isVlan(vlan));
}
