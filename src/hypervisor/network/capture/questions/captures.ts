/** The captures of a host: what each listens to, what it has seen and what is kept of that. */
import { ok } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import { defineQuestion, type Question } from '../../../questions/question.ts';
import type { CaptureRing, CaptureSettings, SeenCounts } from '../capture-ring.ts';

export interface CaptureStatus {
  readonly settings: CaptureSettings;
  readonly counts: SeenCounts;
  /** Entries in the ring, and those that had to make room. */
  readonly kept: number;
  readonly lost: number;
  /** When the first frame was seen; absent while none was. */
  readonly since?: VirtualNs;
}

/** A place that can be listened to. */
export interface CapturePlace {
  readonly switch: string;
  readonly ports: readonly string[];
}

export interface CapturesAnswer {
  readonly captures: readonly CaptureStatus[];
  /** Somebody looks on: `*` is the name of what was heard since. */
  readonly isLookedAt: boolean;
  readonly places: readonly CapturePlace[];
}

export function statusOf({ settings, counts, kept, lost, since }: CaptureRing): CaptureStatus {
  const status = { settings, counts: structuredClone(counts), kept, lost };
  return since === undefined ? status : { ...status, since };
}

export const captures: Question<'captures', object, CapturesAnswer> = defineQuestion({
  id: 'captures',
  text: {
    en: 'captures of the host, what they have seen and kept, and where one can listen',
    zh: '主机的捕获：各自听到并保留了什么，以及可以在何处捕获',
  },
  arguments: {},
  ask: (_, host) =>
    ok({
      captures: host.network.captures.all.map(statusOf),
      isLookedAt: host.network.captures.isLookedAt,
      places: [...host.network.switches].map(([name, { ports }]) => ({
        switch: name,
        ports: ports.map((port) => port.name),
      })),
    }),
});
