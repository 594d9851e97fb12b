/** The kinds of all lists that a host is created with, whatever they make. */
import type { AnyKind } from '#machine/kind';
import type { Registries } from './registries.ts';

export function allKinds(registries: Registries): readonly AnyKind[] {
  const { devices, disks, schedulers, policies, stages, diskModels, ioSchedulers } = registries;
  const { switchParts, appliances } = registries;
  const lists: readonly (readonly AnyKind[])[] = [
    ...[devices, disks, schedulers, policies, stages, diskModels, ioSchedulers],
    ...[switchParts, appliances],
  ];
  return lists.flat();
}
