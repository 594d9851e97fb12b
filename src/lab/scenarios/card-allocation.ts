/**
 * Bandwidth of cards fixed and on demand: the same three VMs at two switches, whose cards may send 9 Mbit/s together, a third each. At first
 * one of them sends nothing: fixed, its third lies idle, on demand whoever sends more than his third has it; from the tenth second on it
 * sends too, and has its third under both. From the twentieth on it is off: its card keeps its port where ports are fixed,
 * and has none where cards get theirs on demand.
 */
import type { Scenario } from '../scenario.ts';
import { at, host, scenario, teachingVm, type } from './parts.ts';

const MEGABIT = 1_000_000;
const PLACES = ['fixed', 'on-demand'] as const;
const VMS = ['greedy', 'steady', 'late'] as const;

export function cardAllocation(): Scenario {
  const nameOf = (vm: string, place: string): string => `${vm}-${place}`;
  const switches = PLACES.map((allocation) => ({
    name: allocation,
    parts: {
      bandwidth: {
        ...{ bitsPerSecond: 9 * MEGABIT, allocation, idleNs: 500_000_000 },
        ports: Object.fromEntries(VMS.map((vm) => [`${nameOf(vm, allocation)}/0`, 3 * MEGABIT])),
      },
    },
  }));
  const vms = PLACES.flatMap((place) =>
    VMS.map((vm, index) =>
      teachingVm(nameOf(vm, place), {
        nics: [
          {
            ...{ switch: place, address: `10.0.0.${index + 1}/24` },
            ...(place === 'on-demand' ? { portAllocation: place } : {}),
          },
        ],
      }),
    ),
  );
  return scenario(
    61,
    [host(vms, { harts: 3, switches })],
    PLACES.flatMap((place) => [
      at(3, type(nameOf('greedy', place), 'traffic 10.0.0.2 1000')),
      at(3, type(nameOf('steady', place), 'traffic 10.0.0.3 200')),
      at(10, type(nameOf('late', place), 'traffic 10.0.0.1 350')),
      at(20, { op: 'vm.powerOff' as const, args: { vm: nameOf('late', place) } }),
    ]).sort((a, b) => a.at - b.at),
  );
}
