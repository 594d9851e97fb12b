/** What is set anew at a port of a switch, and the commands for it. Plain data, no React. */
import type { PortSettings, Settings } from '#base/scenario';
import type { Command } from '#bridge/protocol/lab-api';

/** A port, as commands call it. */
export interface PortOf {
  readonly host: number;
  readonly switch: string;
  readonly port: string;
}

/** What a stage is to be set to, and what it was; null: the port has it not, or it is as usual. */
export interface StageChange<Stage extends string = string> {
  readonly stage: Stage;
  readonly settings: Settings | null;
  readonly was: Settings | null;
}

export function setStage({ switch: at, port }: PortOf, { stage, settings, was }: StageChange): Command {
  return { op: 'port.set', args: { switch: at, port, stage, settings, was } };
}

/**
 * What is to be set of the stages of which fields say another thing than at first.
 * @param now as the port is set
 */
export function stageChanges<Stage extends string>(
  stages: readonly Stage[],
  now: PortSettings,
  first: (stage: Stage) => Settings | null,
  said: (stage: Stage) => Settings | null,
): readonly StageChange<Stage>[] {
  return stages.flatMap((stage) => {
    const settings = said(stage);
    const isSame = JSON.stringify(settings) === JSON.stringify(first(stage));
    return isSame ? [] : [{ stage, settings, was: now[stage] ?? null }];
  });
}
