/** Linux beside the teaching kernel: both are given the same work by the same words, and their rows say what it cost each. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { comparedWork } from '#base/catalogue/compared-devices';
import { must } from '#base/fixtures/must';
import { ok } from '#base/result';
import type { HostSpec, VmSpec } from '#base/scenario';
import { AGENT_IMAGE } from '#guests/agent/build';
import { fileInCpio } from '#guests/linux/cpio';
import { packInitramfs } from '#guests/linux/initramfs';
import { ownFile } from '#guests/linux/kernel-build';
import { Host } from '#hypervisor/host';
import type { ComparisonAnswer } from '#hypervisor/io/questions/comparison';
import { comeWhole, REGISTRIES } from '#hypervisor/registries';
import { softwareResolver } from '#lab/software';
import { requirement } from '#tools/prerequisites';
import { engineModule } from './engine.ts';
import { GuestFiles } from './guest-files.ts';

const MS = 1_000_000;
const COUNT = 16;
const STATION = '10.0.0.100';

function vm(name: string, guest: string, address: string): VmSpec {
  return {
    ...{ name, image: { kind: 'builtin', name: guest }, vcpus: 1, allocation: 'on-demand' },
    ...{ memoryBytes: guest === 'teaching' ? 8 << 20 : 32 << 20, autostart: true },
    disks: [{ sizeBytes: 1 << 20 }],
    nics: [{ switch: 'lan', address }],
    ...(guest === 'teaching' ? {} : { append: 'quiet' }),
  };
}
const VMS = [
  vm('teaching', 'teaching', '10.0.0.2/24'),
  vm('linux', 'linux-tiny', '10.0.0.3/24'),
  vm('echo', 'teaching', `${STATION}/24`),
];
const SPEC: HostSpec = {
  ...{ name: 'host', ramBytes: 96 << 20, harts: 3, switches: [{ name: 'lan' }], vms: VMS },
  timeSliceNs: 10 * MS,
};

test.skipIf(requirement('linux').skip)(
  'the same words give Linux and the teaching kernel the same work',
  async () => {
    await comeWhole(REGISTRIES);
    const files = new GuestFiles('/');
    must(files.load(VMS));
    const resolver = softwareResolver(files);
    const software: typeof resolver = {
      ...resolver,
      // With the commands of this tree, whenever the packaged file was made.
      load: (spec) => {
        const loaded = resolver.load(spec);
        if (!loaded.ok || loaded.value.initrd === undefined) return loaded;
        const busybox = fileInCpio(loaded.value.initrd, 'bin/busybox')!;
        const [init, lease] = [ownFile('init'), ownFile('lease')].map((path) => readFileSync(path));
        const initrd = packInitramfs(busybox, {
          init: init!,
          lease: lease!,
          agent: readFileSync(AGENT_IMAGE),
        });
        return ok({ ...loaded.value, initrd });
      },
    };
    const settings = { seed: 3, nsPerInstruction: 10, quantumInstructions: 10_000 };
    const host = Host.create(engineModule(), SPEC, settings, { software, shared: false });
    const said = () => new TextDecoder().decode(host.vm('linux')?.console.since(0).bytes);
    const until = (isSo: () => boolean): void => {
      for (const end = host.now + 20_000 * MS; !isSo() && host.now < end; ) host.advance(host.now + 10 * MS);
      expect(isSo(), said()).toBe(true);
    };
    until(() => said().includes(':~# '));
    for (const device of ['disk', 'card'] as const) {
      const work = comparedWork(device, { count: COUNT, depth: 2, station: STATION });
      must(host.execute({ op: 'host.compare', args: { device, vms: ['teaching', 'linux'], ...work } }));
      const answer = () => must(host.ask('comparison', {})).value as ComparisonAnswer;
      until(() => answer().rows.length === 2);
      for (const row of answer().rows) {
        expect([row.vm, row.isLate, row.operations >= 2 * COUNT], said()).toEqual([row.vm, false, true]);
        const counted = row.histogram.reduce((sum, { count }) => sum + count, 0);
        expect(counted).toBeGreaterThanOrEqual(device === 'disk' ? 2 * COUNT : COUNT - 2);
        if (device === 'disk') expect(row.bytes).toBe(2 * COUNT * 4096);
        expect(row.most).toBeGreaterThanOrEqual(1);
      }
    }
  },
  120_000,
);
