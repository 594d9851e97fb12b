/** What alarms of a host must look like, and what it may do because of one. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import type { AlarmSpec, CommandData } from '#base/scenario';
import type { Registries } from '../registries.ts';
import type { Shape } from './parse.ts';
import { calledBy, listOf, NAME, REAL, SHORT_TEXT, whole } from './values.ts';

/**
 * What a host can be told by one of its alarms: what needs neither files nor software, and makes nothing of which others would have to
 * know. No alarm sets alarms.
 */
export const ALARM_COMMANDS: ReadonlySet<string> = new Set([
  ...['vm.pause', 'vm.resume', 'vm.powerOff', 'vm.shutDown', 'vm.setCpu', 'vm.setMemory', 'vm.setVcpus'],
  ...['vm.setDiskLimits', 'vm.setLink', 'port.set', 'console.input', 'host.setScheduler', 'host.setPolicy'],
]);

function commandShape(registries: Registries): Shape<CommandData> {
  const allowed = registries.commands.filter(({ op }) => ALARM_COMMANDS.has(op));
  return v.variant(
    'op',
    allowed.map(({ op, shape }) => v.strictObject({ op: v.literal(op), args: shape(registries) })),
  ) as Shape<unknown> as Shape<CommandData>;
}

/** Each has a name of its own. */
export function alarmsShape(registries: Registries): Shape<AlarmSpec[]> {
  const commands = v.exactOptional(listOf(commandShape(registries), LIMITS.alarmCommands));
  const alarm: Shape<AlarmSpec> = v.strictObject({
    name: calledBy(LIMITS.alarmNameLength),
    metric: SHORT_TEXT,
    vm: v.exactOptional(NAME),
    part: v.exactOptional(SHORT_TEXT),
    when: v.picklist(['above', 'below']),
    threshold: REAL,
    windowNs: v.exactOptional(whole(LIMITS.alarmWindowNs)),
    forNs: v.exactOptional(whole(LIMITS.alarmForNs)),
    onFiring: commands,
    onResolved: commands,
  });
  return v.pipe(
    listOf(alarm, LIMITS.alarms),
    v.check((alarms) => new Set(alarms.map(({ name }) => name)).size === alarms.length, 'scenario.twoAlarms'),
  );
}
