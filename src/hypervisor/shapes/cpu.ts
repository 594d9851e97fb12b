/** What of a host's harts is a VM's, as documents write it; what they leave out is as usual for ever. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import { USUAL_CPU_WEIGHT } from '#base/catalogue/usual';
import { fail, ok, type Result } from '#base/result';
import type { CpuSpec } from '#base/scenario';
import { maybe, type Written, without } from './document.ts';
import type { Shape } from './parse.ts';
import { KEYED, listOf, whole } from './values.ts';

const USUAL = { weight: USUAL_CPU_WEIGHT } as const;

/** The shape of each setting. */
export const CPU_SHAPES: {
  readonly [Key in keyof CpuSpec]-?: v.ExactOptionalSchema<Shape<NonNullable<CpuSpec[Key]>>, undefined>;
} = {
  weight: v.exactOptional(whole(LIMITS.cpuWeight)),
  capPercent: v.exactOptional(whole(LIMITS.cpuCapPercent)),
  harts: v.exactOptional(listOf(whole({ least: 0, most: LIMITS.harts - 1 }), LIMITS.harts)),
  pinned: v.exactOptional(v.boolean()),
  realTime: v.exactOptional(
    v.pipe(
      KEYED,
      v.strictObject({ periodNs: whole(LIMITS.realTimePeriodNs), budgetNs: whole(LIMITS.realTimePeriodNs) }),
    ),
  ),
  together: v.exactOptional(v.boolean()),
};
export const CPU_SHAPE: Shape<CpuSpec> = v.pipe(KEYED, v.strictObject(CPU_SHAPES)) as Shape<CpuSpec>;

/** Keys in one order, without what is as usual; nothing where all is. */
export function fillCpu(given: CpuSpec): CpuSpec | undefined {
  const { weight, capPercent, harts, pinned, realTime, together } = given;
  const cpu: CpuSpec = {
    ...maybe('weight', weight === USUAL.weight ? undefined : weight),
    ...maybe('capPercent', capPercent),
    ...maybe('harts', harts && [...new Set(harts)].sort((a, b) => a - b)),
    ...maybe('pinned', pinned === true ? true : undefined),
    ...maybe('realTime', realTime && { periodNs: realTime.periodNs, budgetNs: realTime.budgetNs }),
    ...maybe('together', together === true ? true : undefined),
  };
  return Object.keys(cpu).length === 0 ? undefined : cpu;
}

export function shortCpu(cpu: CpuSpec): Written {
  return without(cpu, USUAL);
}

/** Harts that the host has, a budget that fits into its period. */
export function checkCpu(cpu: CpuSpec, hostHarts: number, vm: string, where: string): Result<null> {
  const missing = (cpu.harts ?? []).find((hart) => hart >= hostHarts);
  if (missing !== undefined || cpu.harts?.length === 0)
    return fail('cpu.noHart', { vm, hart: missing ?? 0, harts: hostHarts }, `${where}.harts`);
  if (cpu.pinned === true && cpu.harts === undefined)
    return fail('cpu.pinnedNowhere', { vm }, `${where}.pinned`);
  const { realTime } = cpu;
  if (realTime !== undefined && realTime.budgetNs > realTime.periodNs)
    return fail(
      'cpu.budget',
      { vm, budgetNs: realTime.budgetNs, periodNs: realTime.periodNs },
      `${where}.realTime`,
    );
  return ok(null);
}
