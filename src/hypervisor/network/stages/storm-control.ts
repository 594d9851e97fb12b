/**
 * Storm control: of frames that go to all ports, a port may bring so many in a second, counted apart by why they do: broadcast,
 * multicast, and unicast to an address that the switch does not know. Those above the rate end at the port.
 */
import * as v from 'valibot';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { integer } from '#base/state/types';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import type { Counters } from '#machine/devices/counters';
import { BROADCAST, destinationOf, isGroup } from '../ether-frame.ts';
import { defineStage, type PortStage, type StageKind, type StagePort, type Transit } from './stage.ts';

const KINDS = ['broadcast', 'multicast', 'unknown'] as const;
type Kind = (typeof KINDS)[number];

/** When the next frame of a kind would be due, if they came evenly. */
type StormState = Record<Kind, VirtualNs>;
const STATE: Declaration<StormState> = declare('storm control', {
  ...{ broadcast: integer, multicast: integer, unknown: integer },
});

const Rate = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000_000)));

interface StormSettings extends Readonly<Partial<Record<Kind, number | undefined>>> {
  readonly burst: number;
}

class StormControl implements PortStage {
  readonly #settings: StormSettings;
  readonly #port: StagePort;
  readonly #counters: Counters<Kind>;
  readonly #due: StormState = { broadcast: 0, multicast: 0, unknown: 0 };

  constructor(settings: StormSettings, port: StagePort, counters: Counters<Kind>) {
    this.#settings = settings;
    this.#port = port;
    this.#counters = counters;
  }

  ingress({ bytes }: Transit): boolean {
    const destination = destinationOf(bytes);
    return !isGroup(destination) || this.#passes(destination === BROADCAST ? 'broadcast' : 'multicast');
  }
  flood(): boolean {
    return this.#passes('unknown');
  }

  /** The generic cell rate algorithm (ITU-T I.371): a frame may come as much too early as a burst takes. */
  #passes(kind: Kind): boolean {
    const rate = this.#settings[kind];
    if (rate === undefined) return true;
    const now = this.#port.now();
    const each = Math.ceil(NS_PER_S / rate);
    const due = Math.max(now, this.#due[kind]);
    if (due - now > (this.#settings.burst - 1) * each) {
      this.#counters[kind] += 1;
      return false;
    }
    this.#due[kind] = due + each;
    return true;
  }

  capture(): PartState {
    return partState(STATE, { ...this.#due });
  }
  restore(state: PartState): void {
    Object.assign(this.#due, stateIn(STATE, state));
  }
}

export const STORM_CONTROL: StageKind = defineStage({
  id: 'storm-control',
  isUsual: false,
  settings: {
    /** Frames in a second; without a limit when absent. */
    broadcast: Rate,
    multicast: Rate,
    unknown: Rate,
    /** So many of a kind may come at once. */
    burst: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)), 16),
  },
  counters: [
    {
      id: 'broadcast',
      unit: 'count',
      text: { en: 'more broadcasts than allowed', zh: '广播超过允许的速率' },
    },
    {
      id: 'multicast',
      unit: 'count',
      text: { en: 'more multicasts than allowed', zh: '组播超过允许的速率' },
    },
    {
      id: 'unknown',
      unit: 'count',
      text: { en: 'more to unknown addresses than allowed', zh: '未知单播超过允许的速率' },
    },
  ],
  state: STATE,
  create: (settings, port, counters) => new StormControl(settings, port, counters),
});
