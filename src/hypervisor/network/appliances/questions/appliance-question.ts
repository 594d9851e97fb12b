/** Questions about an appliance: which one is meant, what it shows of itself, and what it has counted. */
import * as v from 'valibot';
import { fail, ok } from '#base/result';
import type { CounterRow } from '#machine/devices/counters';
import { defineQuestion, type Question } from '../../../questions/question.ts';
import { NAME } from '../../../shapes/values.ts';
import type { ApplianceKind } from '../appliance.ts';

export interface OfAppliance {
  /** Its name; the first of its kind on the host unless said. */
  readonly appliance?: string;
}

/** A counter that is not zero; those that say why a packet went no further are marked. */
type Counted = CounterRow & { readonly value: number; readonly isDrop: boolean };

/** What one of a kind shows of itself, with its name and what it has counted. */
export type AboutAppliance<View extends object> = View & {
  readonly name: string;
  readonly counted: readonly Counted[];
};

interface ApplianceDefinition<Id extends string> {
  readonly id: Id;
  readonly text: Question['text'];
  readonly kind: ApplianceKind;
  /** Counters that say why a packet went no further. */
  readonly drops: ReadonlySet<string>;
}

/** A question about an appliance of a kind, whose view is of this type (its `make.ts`). */
export function defineApplianceQuestion<Id extends string, View extends object>({
  id,
  text,
  kind,
  drops,
}: ApplianceDefinition<Id>): Question<Id, OfAppliance, AboutAppliance<View>> {
  return defineQuestion<Id, OfAppliance, AboutAppliance<View>>({
    ...{ id, text, arguments: { appliance: v.exactOptional(NAME) } },
    ask({ appliance }, host) {
      const found = host.network.appliances.find(
        (each) => each.kind === kind.id && (appliance === undefined || appliance === each.name),
      );
      if (found === undefined) return fail('network.noAppliance', { name: appliance ?? kind.id });
      const { appliance: asked, counters, counterRows } = found.placed;
      const counted = counterRows.flatMap((row) => {
        const value = counters[row.id] ?? 0;
        return value === 0 ? [] : [{ ...row, value, isDrop: drops.has(row.id) }];
      });
      return ok({ name: found.name, ...(asked.view?.() as View), counted });
    },
  });
}
