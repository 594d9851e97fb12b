/** The files of a Linux that `npm run guests:linux` packaged. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { BUILTIN_GUESTS, filesOf, GUESTS_FILE, type GuestFile, parseGuestList } from '#guests/catalogue';
import type { BootName, LinuxFiles } from './linux-boot.ts';

/** Reads and uncompresses them; `undefined` when they have not been packaged. */
export function linuxFiles(folder: string, name: BootName): LinuxFiles | undefined {
  const list = parseGuestList(readFileSync(join(folder, GUESTS_FILE), 'utf8'));
  const files = list.ok ? filesOf(BUILTIN_GUESTS[name], list.value) : list;
  if (!files.ok || files.value?.initrd === undefined) return undefined;
  const bytes = ({ file }: GuestFile): Uint8Array =>
    new Uint8Array(gunzipSync(readFileSync(join(folder, file))));
  return { image: bytes(files.value.image), initrd: bytes(files.value.initrd) };
}
