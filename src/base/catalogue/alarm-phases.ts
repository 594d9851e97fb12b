/** How an alarm can stand: as those of Prometheus do. */
export const ALARM_PHASES = ['inactive', 'pending', 'firing'] as const;
export type AlarmPhase = (typeof ALARM_PHASES)[number];
