/** A physical card with a virtio controller, given whole to a Linux that runs: its agent has the driver look, and let go again. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { HostSpec, VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import { Host } from '#hypervisor/host';
import { comeWhole, REGISTRIES } from '#hypervisor/registries';
import { softwareResolver } from '#lab/software';
import { requirement } from '#tools/prerequisites';
import { engineModule } from './engine.ts';
import { GuestFiles } from './guest-files.ts';

const MIB = 1 << 20;
const PATIENCE_NS = 30_000 * NS_PER_MS;
const VM: VmSpec = {
  ...{ name: 'a', image: { kind: 'builtin', name: 'linux-lab' }, memoryBytes: 48 * MIB, vcpus: 1 },
  ...{ allocation: 'fixed', disks: [], nics: [], autostart: true },
  ...{ append: 'quiet', devices: [{ kind: 'agent' }] },
};
const PEER: VmSpec = {
  ...{ name: 'peer', image: { kind: 'builtin', name: 'teaching' }, memoryBytes: 4 * MIB, vcpus: 1 },
  ...{
    allocation: 'on-demand',
    disks: [],
    nics: [{ switch: 'lan', address: '10.0.0.9/24' }],
    autostart: true,
  },
};
const SPEC: HostSpec = {
  ...{ name: 'host', ramBytes: 96 * MIB, harts: 2, switches: [{ name: 'lan' }], vms: [VM, PEER] },
  timeSliceNs: 10 * NS_PER_MS,
};
const PLUG = { switch: 'lan', address: '10.0.0.2/24', way: 'passed-virtio', card: 0 };

test.skipIf(requirement('linux').skip)(
  'it is mapped and driven without an exit at its registers; taken out, its place is empty, and it can come again',
  async () => {
    await comeWhole(REGISTRIES);
    const files = new GuestFiles('/');
    must(files.load(SPEC.vms));
    const software = { ...softwareResolver(files), file: () => undefined };
    const timing = { seed: 3, nsPerInstruction: 10, quantumInstructions: 10_000 };
    const host = Host.create(engineModule(), SPEC, timing, { software, shared: false });
    const vm = host.vm('a')!;
    const said = (): string => new TextDecoder().decode(vm.console.since(0).bytes);
    const runUntil = (isSo: () => boolean): void => {
      const end = host.now + PATIENCE_NS;
      while (!isSo() && host.now < end) host.advance(host.now + 10 * NS_PER_MS);
      expect(isSo(), said()).toBe(true);
    };
    const ask = (op: string, args: object) => {
      must(host.execute({ op, args: { vm: 'a', ...args } }));
      const { id } = vm.agent.jobs.at(-1)!;
      const job = () => vm.agent.jobs.find((each) => each.id === id);
      runUntil(() => job()?.state !== 'waiting');
      return job();
    };
    const shell = (line: string): string => {
      const from = said().length;
      must(host.execute({ op: 'console.input', args: { vm: 'a', text: `${line}; echo en''d\n` } }));
      runUntil(() => said().slice(from).includes('end\r'));
      return said().slice(from);
    };
    const exits = (window: string): number =>
      vm.exitDetails
        .list()
        .filter(({ reason, detail }) => reason === 'mmio' && detail === window)
        .reduce((sum, { count }) => sum + count, 0);
    const pings = (): string => shell('ping -A -q -c 20 -s 1024 10.0.0.9');

    runUntil(() => vm.agent.isPresent);
    expect(ask('vm.plugCard', PLUG)).toMatchObject({ state: 'done', answer: 'eth0' });
    const [card] = vm.devices.passed;
    const { window, name, device } = card!;
    const before = exits(name);
    expect(pings()).toContain('20 packets received, 0% packet loss');
    expect([exits(name), card!.counters.dmaRefused]).toEqual([before, 0]);
    expect(vm.memory.flagsOf(window.base)).not.toBe(0);

    expect(ask('vm.unplugCard', { card: 0, force: true })).toMatchObject({ state: 'done' });
    expect([vm.spec.nics, vm.memory.isPinned, vm.memory.flagsOf(window.base)]).toEqual([[], false, 0]);
    expect(host.network.plugOf(vm.slot, 0)).toBeUndefined();
    expect(device!.context.isValid).toBe(false);
    expect(device!.port.write(vm.memory.slots[0]!.base, new Uint8Array(4))).toBe(false);

    expect(ask('vm.plugCard', PLUG)).toMatchObject({ state: 'done' });
    expect(pings()).toContain('20 packets received, 0% packet loss');
  },
  120_000,
);
