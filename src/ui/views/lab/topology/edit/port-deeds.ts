/** What can be set at a port of a switch, with what takes it back. Plain data, no React. */
import type { PortSettings } from '#base/scenario';
import type { Command } from '#bridge/protocol/lab-api';
import { type PortOf, type StageChange, setStage } from '../../../../parts/port/port-commands.ts';
import type { Deed } from './deeds.ts';

/** Stages of a port are set anew, all of them at once. */
export function setPortDeed(of: PortOf, changes: readonly StageChange[]): Deed {
  return {
    ...{ kind: 'commands', host: of.host },
    there: changes.map((change) => setStage(of, change)),
    back: changes
      .map(({ stage, settings, was }) => setStage(of, { stage, settings: was, was: settings }))
      .reverse(),
  };
}

/** What a port sends and gets is copied to another one of its switch, or no more. */
export function mirrorDeed(
  { host, switch: at, port }: PortOf,
  to: string | null,
  was: PortSettings[string] | null,
): Deed {
  const settings = to === null ? null : { sources: [{ port, direction: 'both' }], to };
  const set = (now: typeof was, before: typeof was): Command => ({
    op: 'switch.set',
    args: { switch: at, part: 'mirror', settings: now, was: before },
  });
  return { kind: 'command', host, there: set(settings, was), back: set(was, settings) };
}
