/**
 * A disk that lasts: a Linux writes a line to a file of it and syncs; then the VM is reset and reads the file. Each time that the lab is
 * begun anew, also after its tab was killed, the file has one line more. `sync` alone has ext2 write everything, but asks no disk to flush;
 * that of a file does. The teaching kernel has no file system, and only writes.
 */
import type { Scenario } from '../scenario.ts';
import { at, host, linuxVm, MIB, scenario, teachingVm, type } from './parts.ts';

export function lastingDisk({ linux }: { readonly linux: boolean }): Scenario {
  const disks = [{ sizeBytes: 2 * MIB, content: { kind: 'layered', keep: 'diary' } }];
  const vm = linux ? linuxVm('writer', { disks }) : teachingVm('writer', { disks });
  const types = (seconds: number, text: string) => at(seconds, type('writer', text));
  const work = linux
    ? [
        types(
          1.5,
          'mount -t ext2 /dev/vda /mnt || { mke2fs /dev/vda >/dev/null; mount -t ext2 /dev/vda /mnt; }',
        ),
        types(
          2.5,
          'touch /mnt/diary; echo line $(wc -l </mnt/diary) >>/mnt/diary; sync; sync /mnt/diary; cat /mnt/diary',
        ),
        at(4, { op: 'vm.reset', args: { vm: 'writer' } } as const),
        types(6, 'mount -t ext2 /dev/vda /mnt; cat /mnt/diary'),
      ]
    : [types(2, 'disk 0 write 16; disk 0 read 16')];
  return scenario(44, [host([vm])], work);
}
