/**
 * Disks and cards that come and go under a Linux that runs: a disk is plugged in and used, refuses to go while it is mounted, and
 * goes once it is not; a card comes with an address and goes by force. Without Linux images the teaching kernel takes its place, which
 * keeps a disk only while somebody works with it.
 */
import type { Scenario } from '../scenario.ts';
import { at, host, linuxVm, MIB, scenario, teachingVm, type } from './parts.ts';

export function hotPlug({ linux }: { readonly linux: boolean }): Scenario {
  const first = [{ switch: 'lan', address: '10.0.0.1/24' }];
  const peer = teachingVm('peer', { nics: [{ switch: 'lan', address: '10.0.0.2/24' }] });
  const image = { kind: 'builtin', name: 'linux-lab' } as const;
  const devices = [{ kind: 'agent' }];
  const vm = linux
    ? linuxVm('linux', { image, nics: first, devices })
    : teachingVm('linux', { nics: first, devices });
  const vmArgs = { vm: 'linux' } as const;
  const plugs = [
    at(5, { op: 'vm.plugDisk', args: { ...vmArgs, sizeBytes: 16 * MIB } } as const),
    at(14, { op: 'vm.plugCard', args: { ...vmArgs, switch: 'lan', address: '10.0.1.1/24' } } as const),
  ];
  const goes = at(20, { op: 'vm.unplugCard', args: { ...vmArgs, card: 1, force: true } } as const);
  const uses = [
    at(7, type('linux', 'mke2fs /dev/vda >/dev/null && mount /dev/vda /mnt && df /mnt')),
    // It is mounted: the guest does not let go of it.
    at(9, { op: 'vm.unplugDisk', args: { ...vmArgs, disk: 0 } } as const),
    at(11, type('linux', 'umount /mnt')),
    at(12, { op: 'vm.unplugDisk', args: { ...vmArgs, disk: 0 } } as const),
    at(16, type('linux', 'ip address show eth1')),
    goes,
  ];
  const usesOfOurs = [
    at(7, type('linux', 'disk; disk 0 write 4096; disk 0 read 4096')),
    at(12, { op: 'vm.unplugDisk', args: { ...vmArgs, disk: 0 } } as const),
    at(13, type('linux', 'disk')),
    at(16, type('linux', 'net')),
    goes,
  ];
  const commands = [...plugs, ...(linux ? uses : usesOfOurs)].sort((a, b) => a.at - b.at);
  return scenario(12, [host([vm, peer])], commands);
}
