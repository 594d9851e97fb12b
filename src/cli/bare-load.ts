/** The files that a bare machine begins with: images, initial RAM disk, device tree. Where they lie in its memory: machine/bare-software.ts. */
import { PAYLOAD_ADDRESS, RAM_BASE } from '#base/addresses';
import { checkInitrd } from '#base/given-files';
import { fail, ok, type Result } from '#base/result';
import { type GuestImage, parseImage } from '#guests/image';
import type { BarePlatform } from '#machine/bare-platform';
import { type BareSoftware, type InitrdPlace, placeSoftware } from '#machine/bare-software';
import { withChosen } from '#machine/devices/device-tree/bare-device-tree';
import { say } from './messages.ts';
import { readPath } from './paths.ts';

function readImage(path: string, defaultAddress: number): Result<GuestImage> {
  const bytes = readPath(path);
  if (!bytes.ok) return bytes;
  const image = parseImage(bytes.value, { flatAddress: defaultAddress });
  return image.ok ? image : { ok: false, error: { ...image.error, where: path } };
}

export interface Software {
  readonly bios?: string;
  readonly dtb?: string;
  readonly initrd?: string;
  readonly append?: string;
}

/** Loads a program, and what goes with it; gives the program's image. */
export function load(
  platform: BarePlatform,
  path: string,
  { bios, dtb, initrd, append }: Software,
): Result<GuestImage> {
  const program = readImage(path, bios === undefined ? RAM_BASE : PAYLOAD_ADDRESS);
  if (!program.ok) return program;
  const firmware = bios === undefined ? ok(undefined) : readImage(bios, RAM_BASE);
  if (!firmware.ok) return firmware;
  const disk = initrd === undefined ? ok(undefined) : readInitrd(initrd);
  if (!disk.ok) return disk;
  const placed = placeSoftware(platform, {
    program: { name: path, image: program.value },
    ...(firmware.value && { firmware: { name: bios ?? '', image: firmware.value } }),
    ...(disk.value && { initrd: { name: initrd ?? '', bytes: disk.value } }),
    ...(append === undefined ? {} : { bootargs: append }),
    ...(dtb === undefined ? {} : { tree: givenTree(dtb, append) }),
  });
  return placed.ok ? program : placed;
}

function readInitrd(path: string): Result<Uint8Array> {
  const bytes = readPath(path);
  if (!bytes.ok) return bytes;
  const disk = checkInitrd(bytes.value);
  return disk.ok ? bytes : { ok: false, error: { ...disk.error, where: path } };
}

/** A given device tree with what else was given put into it. */
function givenTree(dtb: string, append: string | undefined): NonNullable<BareSoftware['tree']> {
  return (initrd: InitrdPlace | undefined) => {
    const given = readPath(dtb);
    if (!given.ok || (append === undefined && initrd === undefined)) return given;
    const told = withChosen(given.value, {
      ...(append === undefined ? {} : { bootargs: append }),
      ...(initrd && { initrd }),
    });
    return told === undefined
      ? fail('file.unreadable', { path: dtb, reason: say('noDeviceTree') })
      : ok(told);
  };
}
