/**
 * A disk that fails: all of it is read (by the teaching kernel, written before), then a part in its middle breaks and it is read again, then the part is mended. The guest is told
 * of the error, and its program with it.
 */
import type { Scenario } from '../scenario.ts';
import { at, host, linuxVm, MIB, scenario, teachingVm, type } from './parts.ts';

const BLOCK = 4096;
const BLOCKS: number = MIB / BLOCK;

export function failingDisk({ linux }: { readonly linux: boolean }): Scenario {
  const disks = [{ sizeBytes: MIB }];
  const vm = linux ? linuxVm('reader', { disks }) : teachingVm('reader', { disks });
  // What Linux has read it would not read again.
  const reading = linux
    ? 'echo 3 >/proc/sys/vm/drop_caches; dd if=/dev/vda of=/dev/null bs=4k && echo all of it is read'
    : `disk 0 read ${BLOCKS}`;
  const part = { offset: MIB / 2, length: BLOCK, fails: 'reads' } as const;
  return scenario(
    43,
    [host([vm])],
    [
      at(2, type('reader', linux ? reading : `disk 0 write ${BLOCKS}; ${reading}`)),
      at(3, { op: 'vm.breakDisk', args: { vm: 'reader', disk: 0, ...part } } as const),
      at(4, type('reader', reading)),
      at(7, { op: 'vm.mendDisk', args: { vm: 'reader', disk: 0 } } as const),
      at(8, type('reader', reading)),
    ],
  );
}
