/** A running Linux whose terminal and agent are two ports of one device (virtio 1.2, §5.3, MULTIPORT). */
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
const PATIENCE_NS = 20_000 * NS_PER_MS;

const VM: VmSpec = {
  ...{ name: 'a', image: { kind: 'builtin', name: 'linux-lab' }, memoryBytes: 48 * MIB, vcpus: 1 },
  ...{ allocation: 'on-demand', disks: [], nics: [], autostart: true },
  ...{ append: 'quiet', devices: [{ kind: 'agent', terminal: true }] },
};
const SPEC: HostSpec = {
  ...{ name: 'host', ramBytes: 96 * MIB, harts: 1, switches: [], vms: [VM] },
  timeSliceNs: 10 * NS_PER_MS,
};

test.skipIf(requirement('linux').skip)(
  'Linux takes its terminal and the agent’s port from one device, by name and size',
  async () => {
    await comeWhole(REGISTRIES);
    const files = new GuestFiles('/');
    must(files.load([VM]));
    const settings = { seed: 3, nsPerInstruction: 10, quantumInstructions: 10_000 };
    const environment = { software: softwareResolver(files), shared: false };
    const host = Host.create(engineModule(), SPEC, settings, environment);
    const vm = host.vm('a')!;
    const said = () => new TextDecoder().decode(vm.console.since(0).bytes);
    const runUntil = (isSo: () => boolean): void => {
      const end = host.now + PATIENCE_NS;
      while (!isSo() && host.now < end) host.advance(host.now + 10 * NS_PER_MS);
      expect(isSo(), said()).toBe(true);
    };
    /** What a command of the guest's shell prints. */
    const shell = (line: string): string => {
      const from = said().length;
      must(host.execute({ op: 'console.input', args: { vm: 'a', text: `${line}; echo "=END"\n` } }));
      runUntil(() => said().slice(from).includes('\n=END'));
      return said().slice(from).split('\r\n').slice(1, -2).join('\n');
    };
    runUntil(() => said().includes(':~# ') && vm.agent.isPresent);
    expect(vm.devices.devices.map(({ kind }) => kind)).toEqual(['rng', 'agent']);
    expect(vm.devices.terminal?.kind).toBe('agent');
    expect(shell('cat /sys/class/virtio-ports/*/name')).toBe('org.virtlab.terminal.0\norg.virtlab.agent.0');
    expect(shell('cd /dev; echo vport*; cd /')).toBe('vport1p0 vport1p1');
    expect(shell('tty')).toBe('/dev/hvc1');
    must(host.execute({ op: 'console.resize', args: { vm: 'a', columns: 101, rows: 37 } }));
    expect(shell('stty size')).toBe('37 101');
    // The agent answers by its own port, and what goes by one is not seen at the other.
    must(host.execute({ op: 'vm.work', args: { vm: 'a', work: 'cpu 20 1' } }));
    runUntil(() => vm.agent.jobs.at(-1)?.state === 'done');
    expect(vm.devices.devices[1]?.counters).toMatchObject({ truncatedBytes: 0 });
  },
  120_000,
);
