/** A step of a frame's way in words: what was decided there. */
import type { TFunction } from 'i18next';
import type { TraceStep } from '#bridge/protocol/answers';
import type { Format } from '../kit/format.ts';

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
