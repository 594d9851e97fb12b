/** Steps of a frame's way in words: where each was, and what was decided there. */
import type { TFunction } from 'i18next';
import type { LabDescription, TraceStep } from '#bridge/protocol/answers';
import type { Format } from '../kit/format.ts';
import type { WayStep } from './ask-way.ts';

/** Where each step was: the switch and the port, after their host where the way leads over several. */
export function stepPlaces(lab: LabDescription | null, steps: readonly WayStep[]): readonly string[] {
  const isAcross = new Set(steps.map(({ host }) => host)).size > 1;
  return steps.map(({ host, switch: name, portName }) =>
    [...(isAcross ? [lab?.hosts[host]?.name ?? ''] : []), name, portName].join(' · '),
  );
}

export function decisionText(t: TFunction, format: Format, step: TraceStep): string {
  const { kind, stages = [], why, to = [], due, at, stage, reason, domain = 0 } = step;
  if (kind === 'dropped') return `${stage ?? ''}: ${reason ?? ''}`;
  if (kind === 'decided')
    return `${t(`packets.why.${why ?? 'part'}`, { part: stage ?? '' })}${to.length === 0 ? '' : ` → ${to.join(', ')}`}`;
  const passed = stages.length === 0 ? '' : t('packets.stages', { stages: stages.join(' → ') });
  const vlan = domain === 0 ? '' : ` · VLAN ${domain}`;
  if (kind === 'queued' && due !== undefined)
    return `${passed}${vlan} · ${t('packets.due', { time: format.duration(due - at) })}`;
  return kind === 'accepted' ? `${passed}${vlan}` : '';
}
