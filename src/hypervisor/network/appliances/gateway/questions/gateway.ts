/** A gateway of the host: whom it gave which address, whom it translates, which names were asked, who is connected, what it dropped and why. */
import * as v from 'valibot';
import { fail, ok } from '#base/result';
import type { CounterRow } from '#machine/devices/counters';
import { defineQuestion, type Question } from '../../../../questions/question.ts';
import { NAME } from '../../../../shapes/values.ts';
import type { GatewayCounter } from '../counters.ts';
import { GATEWAY } from '../kind.ts';
import type { GatewayView } from '../view.ts';

/** Those that say why a packet went no further. */
const DROPS: ReadonlySet<string> = new Set<GatewayCounter>([
  ...(['lost', 'malformed', 'badChecksum', 'otherProtocol', 'notForUs', 'foreignSource'] as const),
  ...(['noAddressLeft', 'noMapping'] as const),
]);

interface Of {
  /** Its name; the first gateway of the host unless said. */
  readonly appliance?: string;
}

export interface GatewayState extends GatewayView {
  readonly name: string;
  /** What it has counted; rows that say why a packet went no further are marked. */
  readonly counted: readonly (CounterRow & { readonly value: number; readonly isDrop: boolean })[];
}

export const gateway: Question<'gateway', Of, GatewayState> = defineQuestion({
  id: 'gateway',
  text: {
    en: 'a gateway: addresses given, mappings, neighbours, names asked for, connections, what was dropped and why',
    zh: '网关：已分配的地址、地址映射、邻居、查询过的域名、连接、丢弃了什么及原因',
  },
  arguments: { appliance: v.exactOptional(NAME) },
  ask({ appliance }, host) {
    const found = host.network.appliances.find(
      ({ name, kind }) => kind === GATEWAY.id && (appliance === undefined || appliance === name),
    );
    if (found === undefined) return fail('network.noAppliance', { name: appliance ?? GATEWAY.id });
    const { appliance: gateway, counters, counterRows } = found.placed;
    const counted = counterRows.flatMap((row) => {
      const value = counters[row.id] ?? 0;
      return value === 0 ? [] : [{ ...row, value, isDrop: DROPS.has(row.id) }];
    });
    // Its own kind's view (`make.ts`).
    return ok({ name: found.name, ...(gateway.view?.() as GatewayView), counted });
  },
});
