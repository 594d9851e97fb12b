/** Code of the devices that the hypervisor plays behind registers: it comes when a disk or card is given so, emulated or passed through. */
import { DISK_WAYS } from '#base/catalogue/disk-ways';
import { Later, type LaterPart } from '#base/later';

const CODE = new Later(() => import('./emulated-devices.ts'));

export const EMULATION: LaterPart<typeof import('./emulated-devices.ts')> = {
  code: CODE,
  words: DISK_WAYS.filter(({ registers }) => registers).map(({ id }) => id),
};
