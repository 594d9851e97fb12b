/** What is told of a physical disk and of the disks of VMs on it. */
import type { AnswerOf } from '#bridge/protocol/answers';

export type PhysicalDisk = AnswerOf<'io'>['disks'][number];

/** Of a disk of a VM. */
export function nameOf({ vm, disk }: { readonly vm: string; readonly disk: number }): string {
  return `${vm}/${disk}`;
}
