/**
 * Three ways to a network card: the same packets to the same neighbour, which each VM sends by a card given in another way. The host
 * gives the work to one after the other, and its view of comparisons says what it cost each.
 */
import { comparedWork } from '#base/catalogue/compared-devices';
import { DISK_WAY_IDS, isPassedThrough, USUAL_WAY } from '#base/catalogue/disk-ways';
import type { Scenario } from '../scenario.ts';
import { at, host, scenario, teachingVm } from './parts.ts';

const PACKETS = 64;
/** Sends all packets back. */
const ECHO = { name: 'echo', station: '10.0.0.100' } as const;

export function threeWaysCard(): Scenario {
  const vms = DISK_WAY_IDS.map((way, index) => {
    const nic = { switch: 'lan', address: `10.0.0.${index + 2}/24` };
    return teachingVm(way, {
      nics: [way === USUAL_WAY ? nic : { ...nic, way }],
      ...(isPassedThrough({ way }) ? { allocation: 'fixed' } : {}),
    });
  });
  const echo = teachingVm(ECHO.name, { nics: [{ switch: 'lan', address: `${ECHO.station}/24` }] });
  const work = at(0.5, {
    op: 'host.compare',
    args: {
      ...{ device: 'card', vms: vms.map(({ name }) => name) },
      ...comparedWork('card', { count: PACKETS, station: ECHO.station }),
    },
  } as const);
  return scenario(14, [host([...vms, echo], { harts: vms.length + 1 })], [work]);
}
