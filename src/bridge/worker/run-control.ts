/**
 * What says when the lab runs: speed, steps, runs to a time or an address, and what ends them. Such calls happen in the order
 * in which they were made, since hosts may take their time to answer.
 */
import { fail, ok, type Result } from '#base/result';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import type { Hex64, Timed, VmRef } from '#bridge/protocol/answers';
import type { LabApi, OnProgress, RunGoal, Speed, StepUnit } from '#bridge/protocol/lab-api';
import type { DebugRequest } from '#hypervisor/port';
import type { Lab } from '#lab/lab';
import type { Governor } from './governor.ts';
import type { RunningLab } from './running-lab.ts';

/** Virtual time that a step is given: others may have their turn before it, and its end may be far. */
const MOST_STEP_NS: VirtualNs = NS_PER_S / 2;
/** A vCPU that waits is waited for so long. */
const MOST_WAIT_NS: VirtualNs = 600 * NS_PER_S;

/** A run to a virtual time, and who waits for its end. */
interface Goal extends RunGoal {
  readonly onProgress: OnProgress;
  /** What it means that the time has come. */
  readonly atEnd: Result<null>;
  readonly end: (result: Result<Timed<null>>) => void;
}

/** A run that is to begin. */
type Way = Omit<Goal, 'fromNs' | 'end'>;

/** A run that has begun, and its end. */
interface Ending {
  readonly end: Promise<Result<Timed<null>>>;
}

/** Whose step it is. */
export type VcpuRef = NonNullable<Parameters<LabApi['step']>[2]>;

/** A step as a host knows it. */
function stepRequest(of: VcpuRef, unit: Exclude<StepUnit, 'quantum'>): DebugRequest {
  return unit === 'next'
    ? { kind: 'step', ...of, unit: 'instruction', patient: true }
    : { kind: 'step', ...of, unit };
}

/** How far a step may go that has not come to its end within a quantum. */
function endOfStep(now: VirtualNs, of: VcpuRef, unit: Exclude<StepUnit, 'quantum'>): Way {
  const onProgress = (): void => undefined;
  return unit === 'next'
    ? {
        ...{ kind: 'next', toNs: now + MOST_WAIT_NS, onProgress },
        atEnd: fail('step.stillWaits', { ...of, seconds: MOST_WAIT_NS / NS_PER_S }),
      }
    : {
        ...{ kind: 'step', toNs: now + MOST_STEP_NS, onProgress },
        atEnd: fail('step.noEnd', { seconds: MOST_STEP_NS / NS_PER_S }),
      };
}

/** It says what a vCPU waits for. */
function isWait(code: string): boolean {
  return code.startsWith('wait.');
}

export interface RunControlOptions {
  readonly governor: Governor;
  /** The lab that is open. */
  running(): RunningLab | undefined;
  /** There is something to do, and to show. */
  changed(): void;
}

export class RunControl {
  readonly #options: RunControlOptions;
  #goal: Goal | undefined;
  #lastControl: Promise<unknown> = Promise.resolve();

  constructor(options: RunControlOptions) {
    this.#options = options;
  }

  /** Lets the lab run for a slice; in how many milliseconds there is more to do. */
  async slice({ lab }: RunningLab): Promise<number> {
    const { governor } = this.#options;
    const waitMs = await governor.slice(
      () => lab.now,
      (until, deadlineMs) => lab.advance(until, { deadlineMs }),
      () => lab.idleUntil,
    );
    if (this.#options.running()?.lab !== lab) return 0;
    // A stop within a quantum passes no time of the lab, which the governor takes for hosts that have failed.
    if (lab.stopped !== undefined && (governor.speed.running || this.#goal !== undefined)) {
      this.#endGoal(ok({ at: lab.now, value: null }));
      governor.pause(lab.now);
      this.#options.changed();
    }
    if (this.#goal !== undefined && !governor.speed.running) this.#endGoalAt(lab.now);
    return waitMs;
  }

  /** The speed that the person has chosen: a run to a time is over when it is gone on with. */
  get speedWithoutGoal(): Speed {
    return this.#goal === undefined ? this.#options.governor.speed : { running: false, rate: 1 };
  }

  /** Where the lab is on its way to, for whoever wants to see it. */
  get goal(): RunGoal | undefined {
    if (this.#goal === undefined) return undefined;
    const { kind, fromNs, toNs } = this.#goal;
    return { kind, fromNs, toNs };
  }

  /** Tells whoever waits for the end of a run how far it has come. */
  tellProgress(now: VirtualNs): void {
    const goal = this.#goal;
    if (goal === undefined) return;
    goal.onProgress({ stage: 'run', subject: '', done: now - goal.fromNs, total: goal.toNs - goal.fromNs });
  }

  /** Ends a run that is under way: another lab takes the place of this one. */
  end(): void {
    this.#endGoal(fail('cancelled'));
  }
  cancel(): Promise<void> {
    return this.#inOrder(async () => {
      if (this.#goal === undefined) return;
      this.#endGoal(fail('cancelled'));
      this.#options.changed();
    });
  }

  #noHost(host: number): Result<never> {
    return this.#options.running() === undefined ? fail('no-lab') : fail('no-such-host', { host });
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#lastControl.then(work);
    this.#lastControl = done.catch(() => undefined);
    return done;
  }

  setSpeed(speed: Speed): Promise<void> {
    return this.#inOrder(async () => {
      this.#endGoal(fail('cancelled'));
      if (speed.running) await this.#goOn();
      this.#options.governor.setSpeed(speed, this.#options.running()?.lab.now ?? 0);
      this.#options.changed();
    });
  }

  /** Hosts that stand at a breakpoint or after a step may go on, but for one that has been told where to already. */
  async #goOn(except?: number): Promise<void> {
    const lab = this.#options.running()?.lab;
    for (const index of lab?.hosts.keys() ?? [])
      if (index !== except) await lab?.debug(index, { kind: 'go-on' });
  }

  async step(index: number, unit: StepUnit, of?: VcpuRef): Promise<Result<Timed<null>>> {
    const ended = await this.#inOrder(() => this.#step(index, unit, of));
    return ended.ok ? ended.value.end : ended;
  }

  /** Begins a step; the value is its end, which may be far away. */
  async #step(index: number, unit: StepUnit, of?: VcpuRef): Promise<Result<Ending>> {
    const lab = this.#options.running()?.lab;
    const host = lab?.hosts[index];
    if (lab === undefined || host === undefined) return this.#noHost(index);
    const isWanted = unit !== 'quantum';
    const { vm = '', vcpu = 0 } = of ?? {};
    if (isWanted) {
      const begun = await lab.debug(index, stepRequest({ vm, vcpu }, unit));
      // Whoever wants a step wants to look: a vCPU that waits is looked at where it does.
      if (!begun.ok && isWait(begun.error.code)) this.#stand(lab);
      if (!begun.ok) return begun;
    }
    this.#endGoal(fail('cancelled'));
    this.#options.governor.pause(lab.now);
    await this.#goOn(isWanted ? index : undefined);
    const { now, restOfQuantumNs } = host.status;
    const { quantumInstructions, nsPerInstruction } = lab.scenario;
    // Most steps are done within a quantum; others take longer than a call may.
    await lab.advance(now + (restOfQuantumNs > 0 ? restOfQuantumNs : quantumInstructions * nsPerInstruction));
    if (isWanted && lab.stopped === undefined)
      return ok({ end: this.#runTo(lab, endOfStep(lab.now, { vm, vcpu }, unit)) });
    this.#options.changed();
    return ok({ end: Promise.resolve(ok({ at: host.status.now, value: null })) });
  }

  /** Nothing runs any more, on the way to a goal or otherwise. */
  #stand(lab: Lab): void {
    this.#endGoal(fail('cancelled'));
    this.#options.governor.pause(lab.now);
    this.#options.changed();
  }

  runToAddress(ref: VmRef, gva: Hex64): Promise<Result<Timed<null>>> {
    return this.#inOrder(async () => {
      const begun = await this.debug(ref.host, { kind: 'run-to', vm: ref.vm, address: gva });
      if (!begun.ok) return begun;
      this.#endGoal(fail('cancelled'));
      await this.#goOn(ref.host);
      this.#options.governor.setSpeed(
        { ...this.#options.governor.speed, running: true },
        this.#options.running()?.lab.now ?? 0,
      );
      this.#options.changed();
      return begun;
    });
  }

  /** Tells a host where to stop. */
  async debug(host: number, request: DebugRequest): Promise<Result<Timed<null>>> {
    const lab = this.#options.running()?.lab;
    const found = lab?.hosts[host];
    if (lab === undefined || found === undefined) return this.#noHost(host);
    const done = await lab.debug(host, request);
    return done.ok ? ok({ at: found.status.now, value: null }) : done;
  }

  async runTo(virtualNs: VirtualNs, onProgress: OnProgress): Promise<Result<Timed<null>>> {
    const { end } = await this.#inOrder(async (): Promise<Ending> => {
      this.#endGoal(fail('cancelled'));
      await this.#goOn();
      const lab = this.#options.running()?.lab;
      if (lab === undefined) return { end: Promise.resolve(fail('no-lab')) };
      const way = { kind: 'time', toNs: virtualNs, onProgress, atEnd: ok(null) } as const;
      return { end: this.#runTo(lab, way) };
    });
    return end;
  }

  #runTo(lab: Lab, way: Way): Promise<Result<Timed<null>>> {
    this.#options.governor.runTo(way.toNs, lab.now);
    const ended = new Promise<Result<Timed<null>>>((end) => {
      this.#goal = { ...way, fromNs: lab.now, end };
    });
    this.#options.changed();
    return ended;
  }

  #endGoalAt(now: VirtualNs): void {
    const lab = this.#options.running()?.lab;
    const failures = lab?.hosts.flatMap((_, index) => lab.failure(index) ?? []) ?? [];
    const [failure] = failures;
    const isReached = now >= (this.#goal?.toNs ?? 0);
    const atEnd = this.#goal?.atEnd ?? ok(null);
    const reached = atEnd.ok ? ok({ at: now, value: null }) : atEnd;
    this.#endGoal(isReached || failure === undefined ? reached : { ok: false, error: failure });
  }

  #endGoal(result: Result<Timed<null>>): void {
    const goal = this.#goal;
    if (goal === undefined) return;
    this.#goal = undefined;
    this.#options.governor.pause(this.#options.running()?.lab.now ?? 0);
    goal.end(result);
  }
}
