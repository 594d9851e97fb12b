/**
 * A noisy neighbour at a disk: two VMs at one hard disk, whose arm goes to and fro between what they read. One reads one disk, the other three
 * at a time. First come first served at first; then the host's storage view offers to queue fairly, where each VM has a half, however many
 * disks it has. The work is
 * Linux's, or where its images are not present the teaching kernel's, which reads one disk after the other.
 */
import type { VmSpec } from '#base/scenario';
import type { Scenario } from '../scenario.ts';
import { at, host, linuxVm, MIB, scenario, teachingVm } from './parts.ts';

/** Never written, so that it takes no memory. */
const DISK = { sizeBytes: 1024 * MIB };
const NOISY_DISKS = 3;
/** As the kind has it where nothing is said. */
const HARD_DISK = {
  ...{ kind: 'hard-disk', sizeBytes: 64 * 1024 * MIB, trackBytes: 1_000_000, turnNs: 8_333_333 },
  ...{ settleNs: 1_000_000, fullSeekNs: 15_000_000, overheadNs: 50_000 },
};

/** A line that reads disks from start to end, again and again. */
function reading(disks: string): string {
  return `for d in ${disks}; do (while dd if=/dev/vd$d of=/dev/null bs=64k 2>/dev/null; do :; done) & done\r`;
}

export function noisyDisk({ linux }: { readonly linux: boolean }): Scenario {
  const vmOf = (name: string, more: Partial<VmSpec>) =>
    linux ? linuxVm(name, more) : teachingVm(name, { ...more, append: 'run=disk_0_read_262144' });
  const vms = [
    vmOf('steady', { disks: [DISK] }),
    vmOf('noisy', { disks: Array.from({ length: NOISY_DISKS }, () => DISK) }),
  ];
  const work = [
    { vm: 'steady', text: reading('a') },
    { vm: 'noisy', text: reading('a b c') },
  ].map((args) => at(2, { op: 'console.input', args } as const));
  const storage = [{ name: 'disk0', model: HARD_DISK }];
  return scenario(12, [host(vms, { harts: 2, storage })], linux ? work : []);
}
