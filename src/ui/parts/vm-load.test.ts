import { describe, expect, test } from 'vitest';
import { METRICS } from '#base/catalogue/metrics';
import { layoutView, ViewReader, ViewWriter } from '#base/views';
import type { HostDescription, VmDescription } from '#bridge/protocol/answers';
import { hostLoad } from './host-load.ts';
import { cpuOf, latestOf, levelOf } from './vm-load.ts';

function vm(slot: number, vcpus: number, state: VmDescription['state'] = 'running'): VmDescription {
  return {
    slot,
    state,
    terminal: { columns: 80, rows: 25, follows: true },
    spec: {
      name: `vm-${slot}`,
      image: { kind: 'builtin', name: 'teaching' },
      memoryBytes: 1 << 22,
      vcpus,
      allocation: 'fixed',
      disks: [],
      nics: [],
      autostart: true,
    },
  };
}

const HOST: HostDescription = {
  name: 'a',
  ramBytes: 64 * 4096,
  harts: 4,
  switches: [],
  vms: [vm(0, 2), vm(1, 4)],
};

/** A view whose host has told of VMs with so much CPU each. */
function view(cpus: readonly number[], samples = 1): ViewReader {
  const layout = layoutView(METRICS, 2, 64);
  const writer = new ViewWriter(layout, false);
  for (const slot of [0, 1]) writer.clearSamples(slot);
  cpus.forEach((cpu, slot) => {
    writer.sample(
      slot,
      'fine',
      0,
      METRICS.map(({ id }) => (id === 'cpu' ? cpu : 0)),
    );
  });
  writer.begin();
  writer.time('fineSamples', samples);
  writer.time('freeFrames', 16);
  writer.end();
  return new ViewReader(layout, writer.buffer);
}
const EMPTY = (() => {
  const layout = layoutView(METRICS, 2, 64);
  return new ViewReader(layout, new ViewWriter(layout, false).buffer);
})();

describe('what is not known is not 0', () => {
  test('before the first sample, and while the VM does not run', () => {
    expect(cpuOf(undefined, vm(0, 1))).toBeNull();
    expect(cpuOf(EMPTY, vm(0, 1))).toBeNull();
    expect(cpuOf(view([1]), vm(1, 1))).toBeNull();
    expect(latestOf(view([1]), vm(0, 1, 'paused'), 'exits')).toBeNull();
    expect(levelOf(EMPTY, vm(0, 1), 'memory')).toBeNull();
  });

  test('of a host whose view is empty yet, neither CPU nor memory is known', () => {
    expect(hostLoad(HOST, EMPTY)).toMatchObject({ used: null, cpu: null });
    expect(hostLoad(HOST, undefined)).toMatchObject({ used: null, cpu: null });
  });
});

describe('shares', () => {
  test('of a VM are of all its vCPUs, of a host of all its harts', () => {
    const measured = view([1.5, 2.5]);
    expect([cpuOf(measured, vm(0, 2)), cpuOf(measured, vm(1, 4))]).toEqual([0.75, 0.625]);
    expect(hostLoad(HOST, measured)).toMatchObject({ cpu: 1, used: 48 * 4096 });
  });
});
