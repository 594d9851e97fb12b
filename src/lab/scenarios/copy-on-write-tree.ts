/**
 * Copy-on-write: two VMs on one image, which each of them changes for itself. What the first has come to is sealed as a layer, on which it
 * goes on; the image stays as it is. Without Linux nobody mounts it, and both only lie on it.
 */
import type { VmSpec } from '#base/scenario';
import { SHARED_TEXT_BYTES, sharedTextLayer } from '../disks/builtin-layers.ts';
import type { Scenario, TimedCommand } from '../scenario.ts';
import { at, host, linuxVm, MIB, scenario, teachingVm, type } from './parts.ts';

export function copyOnWriteTree({ linux }: { readonly linux: boolean }): Scenario {
  const content = { kind: 'layered', layer: sharedTextLayer().name };
  const disks: VmSpec['disks'] = [{ sizeBytes: SHARED_TEXT_BYTES, content }];
  const names = ['branch-1', 'branch-2'] as const;
  const vms = names.map((name) => (linux ? linuxVm(name, { disks }) : teachingVm(name, { disks })));
  const types = (seconds: number, vm: string, text: string): TimedCommand => at(seconds, type(vm, text));
  const work = names.flatMap((vm, index) => [
    types(1.5, vm, 'mkdir -p /mnt; mount -t ext2 /dev/vda /mnt; cat /mnt/shared.txt'),
    types(2, vm, `echo written by ${vm} > /mnt/own-${index + 1}.txt; sync; ls /mnt`),
  ]);
  const seal = { op: 'vm.sealDisk', args: { vm: 'branch-1', disk: 0, title: 'first change' } } as const;
  const more = types(4, 'branch-1', 'echo and more > /mnt/more.txt; sync; ls /mnt');
  return scenario(11, [host(vms, { ramBytes: 128 * MIB })], linux ? [...work, at(3, seal), more] : []);
}
