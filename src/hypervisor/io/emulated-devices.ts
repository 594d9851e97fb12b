/** Devices of VMs that lie behind registers which the hypervisor plays: their code comes later (`emulation.ts`). */
export { emulatedCards } from './emulated-cards.ts';
export { emulatedDisks } from './emulated-disks.ts';
