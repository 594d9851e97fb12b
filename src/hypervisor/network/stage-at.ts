/** A stage at its place in a port, and those of a port that have a hook. */
import type { PlacedStage, PortStage } from './stages/stage.ts';

export interface StageAt extends PlacedStage {
  readonly id: string;
  /** Of the table of kinds: the same for good, whatever other stages come and go. */
  readonly row: number;
  readonly isOfCable: boolean;
}

/** One that has the hook. */
export type With<Hook extends keyof PortStage> = StageAt & {
  readonly stage: Required<Pick<PortStage, Hook>>;
};

/** Those that have a hook, so that a frame meets only stages that look at it. */
export function having<Hook extends keyof PortStage>(stages: readonly StageAt[], hook: Hook): With<Hook>[] {
  return stages.filter((at): at is With<Hook> => at.stage[hook] !== undefined);
}
