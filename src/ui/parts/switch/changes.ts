/** What is set anew at a switch and at its ports: commands, each with what takes it back. Plain data, no React. */
import type { Settings } from '#base/scenario';
import type { Command } from '#bridge/protocol/lab-api';
import { isSameData } from '../../kit/same-data.ts';
import type { Deed } from '../deeds/deeds.ts';

/** A switch, as commands call it. */
export interface SwitchOf {
  readonly host: number;
  readonly switch: string;
}
/** A port of it. */
export interface PortOf extends SwitchOf {
  readonly port: string;
}

/** What something is to be set to, and what it was; null: it is not there, or as usual. */
interface Change {
  readonly settings: Settings | null;
  readonly was: Settings | null;
}
/** Of a stage of a port. */
export interface StageChange<Stage extends string = string> extends Change {
  readonly stage: Stage;
}
/** Of what a switch has beside its ports. */
export interface PartChange extends Change {
  readonly part: string;
}

/** A command, and what takes it back. */
export interface Step {
  readonly there: Command;
  readonly back: Command;
}

export function setStage({ switch: at, port }: PortOf, { stage, settings, was }: StageChange): Step {
  const set = (now: Settings | null, before: Settings | null): Command => ({
    op: 'port.set',
    args: { switch: at, port, stage, settings: now, was: before },
  });
  return { there: set(settings, was), back: set(was, settings) };
}

export function setPart({ switch: at }: SwitchOf, { part, settings, was }: PartChange): Step {
  const set = (now: Settings | null, before: Settings | null): Command => ({
    op: 'switch.set',
    args: { switch: at, part, settings: now, was: before },
  });
  return { there: set(settings, was), back: set(was, settings) };
}

/** All of it at once; it is taken back in the opposite order. */
export function deedOf(host: number, steps: readonly Step[]): Deed {
  return {
    ...{ kind: 'commands', host },
    there: steps.map(({ there }) => there),
    back: steps.map(({ back }) => back).reverse(),
  };
}

/** What is to be set of a part of a switch: nothing where fields say what they said at first. */
export function partChange(
  part: string,
  now: Settings | undefined,
  first: Settings | null,
  said: Settings | null,
): readonly PartChange[] {
  return isSameData(first, said) ? [] : [{ part, settings: said, was: now ?? null }];
}
