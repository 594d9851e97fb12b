/** The alarms of a host: what each is, how it stands, and what it looks at. */
import type { AlarmPhase } from '#base/catalogue/alarm-phases';
import { ok } from '#base/result';
import type { AlarmSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { alarmValue } from '../alarms.ts';

export interface AlarmRow extends AlarmSpec {
  readonly phase: AlarmPhase;
  /** When it came to that; absent before the first sample. */
  readonly sinceNs?: VirtualNs;
  /** Absent where there is no such thing. */
  readonly value?: number;
}

export const alarms: Question<'alarms', object, readonly AlarmRow[]> = defineQuestion({
  id: 'alarms',
  text: {
    en: 'the alarms of the host: threshold, how each stands and since when, and the metric as it is now',
    zh: '主机的告警：阈值、当前状态及起始时刻、指标的当前值',
  },
  arguments: {},
  ask: (_, host) =>
    ok(
      (host.spec.alarms ?? []).map((spec): AlarmRow => {
        const state = host.monitor.alarms.find(({ name }) => name === spec.name);
        const value = alarmValue(spec, host);
        return {
          ...{ ...spec, phase: state?.phase ?? 'inactive' },
          ...(state === undefined ? {} : { sinceNs: state.sinceNs }),
          ...(value === undefined ? {} : { value }),
        };
      }),
    ),
});
