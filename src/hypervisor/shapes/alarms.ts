/** What alarms of a host must look like. */
import * as v from 'valibot';
import type { AlarmSpec } from '#base/scenario';
import { NS_PER_S } from '#base/virtual-time';
import type { Shape } from './parse.ts';
import { calledBy, listOf, NAME, REAL, SHORT_TEXT, whole } from './values.ts';

/** Of a host. */
const MOST_ALARMS = 32;
const LONGEST_NS = 3600 * NS_PER_S;

const ALARM: Shape<AlarmSpec> = v.strictObject({
  name: calledBy(64),
  metric: SHORT_TEXT,
  vm: v.exactOptional(NAME),
  when: v.picklist(['above', 'below']),
  threshold: REAL,
  windowNs: v.exactOptional(whole({ least: 10_000_000, most: LONGEST_NS })),
  forNs: v.exactOptional(whole({ least: 0, most: LONGEST_NS })),
});

/** Each has a name of its own. */
export const ALARMS: Shape<AlarmSpec[]> = v.pipe(
  listOf(ALARM, MOST_ALARMS),
  v.check((alarms) => new Set(alarms.map(({ name }) => name)).size === alarms.length, 'scenario.twoAlarms'),
);
