/** What questions about appliances have in common: which one is meant, and what it has counted. */
import * as v from 'valibot';
import { fail, ok, type Result } from '#base/result';
import type { CounterRow } from '#machine/devices/counters';
import type { ArgumentShapes } from '../../../questions/question.ts';
import { NAME } from '../../../shapes/values.ts';
import type { PlacedAppliance } from '../appliance.ts';
import type { PluggedAppliance } from '../plugged-appliance.ts';

export interface OfAppliance {
  /** Its name; the first of its kind on the host unless said. */
  readonly appliance?: string;
}
export const OF_APPLIANCE: ArgumentShapes<OfAppliance> = { appliance: v.exactOptional(NAME) };

/** The appliance of a kind that is asked about. */
export function applianceOf(
  appliances: readonly PluggedAppliance[],
  kind: string,
  { appliance }: OfAppliance,
): Result<PluggedAppliance> {
  const found = appliances.find(
    (each) => each.kind === kind && (appliance === undefined || appliance === each.name),
  );
  return found === undefined ? fail('network.noAppliance', { name: appliance ?? kind }) : ok(found);
}

/** A counter that is not zero; those that say why a packet went no further are marked. */
export type Counted = CounterRow & { readonly value: number; readonly isDrop: boolean };

/** @param drops counters that say why a packet went no further */
export function countedOf(
  { counters, counterRows }: PlacedAppliance,
  drops: ReadonlySet<string>,
): readonly Counted[] {
  return counterRows.flatMap((row) => {
    const value = counters[row.id] ?? 0;
    return value === 0 ? [] : [{ ...row, value, isDrop: drops.has(row.id) }];
  });
}
