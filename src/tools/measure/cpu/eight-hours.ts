/** Whether a lab that is left alone stays as large as it was: heap and state after an hour of virtual time, and after eight. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { AlarmSpec, PolicySpec } from '#base/scenario';
import type { Host } from '#hypervisor/host';
import { type FigureGroup, rounded } from '../figure.ts';
import { hostOnNode } from '../memory/host-on-node.ts';
import { BARE_SOFTWARE, bareVm, MS } from './bare-host.ts';

export const HEAP_GROWTH = '8 hours: heap, beside that after an hour';
export const STATE_GROWTH = '8 hours: state, beside that after an hour';

const HOUR_NS = 3600 * 1000 * MS;
const MIB = 1 << 20;
const VMS = ['a', 'b', 'c', 'd'] as const;

/** It goes up when the VM has worked lately, and down when it has not: so it acts for all of the time. */
const policyFor = (vm: string): PolicySpec => ({
  ...{ name: `weight-${vm}`, vm, target: 'cpu-weight', device: 0, priority: 1 },
  terms: [{ metric: 'cpu - 0.0001', coefficient: 10_000 }],
  ...{ holdNs: 0, coolDownNs: 1000 * MS, overNs: 100 * MS, step: 10, least: 50, most: 200 },
});
/** It comes and goes with each time that the VM works. */
const alarmFor = (vm: string): AlarmSpec => ({
  ...{ name: `works-${vm}`, metric: 'cpu', vm, when: 'above', threshold: 0.000_05 },
});

interface Size {
  readonly heap: number;
  readonly state: number;
}

function sizeOf(host: Host): Size {
  const state = host.snapshot().length;
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { heap: heapUsed + arrayBuffers, state };
}

export const EIGHT_HOURS: FigureGroup = {
  id: 'eight-hours',
  measure: ({ say }) => {
    const host = hostOnNode(
      VMS.map((name) => bareVm(name, 'seldom')),
      BARE_SOFTWARE,
      {
        ...{ ramBytes: 32 * MIB, harts: 1, scheduler: { kind: 'credit' } },
        ...{ policies: VMS.map(policyFor), alarms: VMS.map(alarmFor) },
      },
    );
    const sizes: Size[] = [];
    for (const hour of [1, 8]) {
      host.advance(hour * HOUR_NS);
      sizes.push(sizeOf(host));
      const { heap, state } = sizes.at(-1)!;
      say(`after ${hour} h: heap ${(heap / 1e6).toFixed(2)} MB, state ${state} bytes`);
    }
    const told = host.log.since(0).map(({ code }) => code);
    const decided = host.adjustment.decisions.length;
    if (!told.some((code) => code.startsWith('alarm.')) || decided === 0)
      throw new Error('nothing was decided, or no alarm came');
    const [one, eight] = sizes as [Size, Size];
    return Promise.resolve([
      { name: HEAP_GROWTH, value: rounded((eight.heap - one.heap) / 1e6, 2) },
      { name: STATE_GROWTH, value: rounded(100 * (eight.state / one.state - 1), 2) },
    ]);
  },
};
