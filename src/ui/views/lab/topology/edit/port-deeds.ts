/** What can be set at a port of a switch, with what takes it back. Plain data, no React. */
import type { PortSettings } from '#base/scenario';
import type { Command } from '#bridge/protocol/lab-api';
import type { Deed } from './deeds.ts';
import type { PortAt } from './open-port.ts';

interface StageChange {
  readonly stage: string;
  readonly settings: PortSettings[string] | null;
  readonly was: PortSettings[string] | null;
}

/** Stages of a port are set anew, all of them at once. */
export function setPortDeed({ host, switch: at, port }: PortAt, changes: readonly StageChange[]): Deed {
  const set = (stage: string, settings: StageChange['settings'], was: StageChange['was']): Command => ({
    op: 'port.set',
    args: { switch: at, port, stage, settings, was },
  });
  return {
    ...{ kind: 'commands', host },
    there: changes.map(({ stage, settings, was }) => set(stage, settings, was)),
    back: changes.map(({ stage, settings, was }) => set(stage, was, settings)).reverse(),
  };
}

/** What a port sends and gets is copied to another one of its switch, or no more. */
export function mirrorDeed(
  { host, switch: at, port }: PortAt,
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
