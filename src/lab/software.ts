/**
 * From what a VM's specification names to what its host loads: image, initial RAM disk, command line. Bytes come from
 * whoever runs the lab (page: fetch, command line: files), already unpacked; nothing here waits.
 */

import { PAYLOAD_ADDRESS, RAM_BASE } from '#base/addresses';
import { diskWayOf, isPassedVirtio } from '#base/catalogue/disk-ways';
import type { HostSoftware } from '#base/catalogue/host-software';
import { checkInitrd } from '#base/given-files';
import { fail, ok, type Result } from '#base/result';
import type { CommandData, HostSpec, ImageSpec, VmSpec } from '#base/scenario';
import { isThere } from '#base/slots';
import {
  type BuiltinGuest,
  builtinGuest,
  commandLine,
  type GuestFileName,
  HOST_IMAGES,
  isOnDisk,
} from '#guests/catalogue';
import { type GuestImage, parseImage } from '#guests/image';
import { commandNamed } from '#hypervisor/commands';
import { type CodeNames, type GuestSoftware, NO_NAMES, type SoftwareResolver } from '#hypervisor/host';
import type { WayOut } from '#hypervisor/network/appliances/appliance';
import { REGISTRIES, type Registries } from '#hypervisor/registries';
import type { BareImage, BareSoftware } from '#machine/bare-software';
import type { DiskKeeper } from '#machine/devices/disk/layers/keeper';
import { type Layer, type LayerFinder, readLayer } from '#machine/devices/disk/layers/layer';
import { ImageNames, NAME_READER } from './code-names.ts';
import { builtinLayer } from './disks/builtin-layers.ts';
import type { Scenario } from './scenario.ts';

/** Names a piece of guest software: `teaching`, a packaged file, `file:NAME` for a person's own, `layer:NAME` for what disks lie on. */
export type SoftwareKey = 'teaching' | GuestFileName | `file:${string}` | `layer:${string}`;

/** The bytes that are here. */
export interface SoftwareStore {
  bytes(key: SoftwareKey): Uint8Array | undefined;
  /** Layers that are here, whoever names them. */
  layers?(): readonly SoftwareKey[];
  /** Who keeps the disk of a name. */
  keeper?(name: string): DiskKeeper | undefined;
}

function guestOf(spec: ImageSpec): Result<BuiltinGuest> {
  const guest = builtinGuest(spec.name);
  return guest === undefined ? fail('image-missing', { name: spec.name }) : ok(guest);
}

/** Every VM of a scenario: those of its hosts, and those that its commands create. */
export function vmsOf({ hosts, commands }: Scenario, registries: Registries = REGISTRIES): VmSpec[] {
  const created = commands.flatMap(({ op, args }) => {
    const spec = commandNamed(registries.commands, op)?.creates(args)?.spec;
    return spec === undefined ? [] : [spec];
  });
  return [...hosts.flatMap(({ vms }) => vms), ...created];
}

/** Files of a person's own that commands read: suspended VMs that are to be resumed. */
export function filesOf(
  commands: readonly CommandData[],
  registries: Registries = REGISTRIES,
): SoftwareKey[] {
  const names = commands.flatMap(({ op, args }) => commandNamed(registries.commands, op)?.files(args) ?? []);
  return [...new Set(names)].map((name): SoftwareKey => `file:${name}`);
}

/** Layers that commands lay disks on, those aside that come along. Some of them disks of the lab may have sealed on the way. */
export function layersNamed(
  commands: readonly CommandData[],
  registries: Registries = REGISTRIES,
): SoftwareKey[] {
  const names = commands.flatMap(({ op, args }) => commandNamed(registries.commands, op)?.layers(args) ?? []);
  const outside = [...new Set(names)].filter((name) => builtinLayer(name) === undefined);
  return outside.map((name): SoftwareKey => `layer:${name}`);
}

/** Names of the layers that a VM's disks begin on, those aside that come along. */
export function layersOf({ disks }: Pick<VmSpec, 'disks'>): string[] {
  return disks.flatMap(({ content }) => {
    const layer = content?.kind === 'layered' ? content['layer'] : undefined;
    return typeof layer === 'string' && builtinLayer(layer) === undefined ? [layer] : [];
  });
}

/** Some of their disks last. */
export function keepsDisks(vms: readonly VmSpec[]): boolean {
  return vms.some(({ disks }) => disks.some((disk) => keptName(disk) !== undefined));
}
/** The name under which what is written to a disk is kept. */
export function keptName({ content }: VmSpec['disks'][number]): string | undefined {
  const name = content?.kind === 'layered' ? content['keep'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** What must be there before a VM can be made and started; of layers those that its disks lie on, and not what is below them. */
export function neededSoftware(vm: VmSpec): Result<readonly SoftwareKey[]> {
  const images = neededImages(vm);
  return images.ok
    ? ok([...images.value, ...layersOf(vm).map((name): SoftwareKey => `layer:${name}`)])
    : images;
}

/** What must be there before a host can be made that software of its own owns: firmware, kernel, initial RAM disk. */
export function softwareOfHost({ software }: HostSpec): readonly SoftwareKey[] {
  if (software === undefined) return [];
  const { firmware, image, initrd } = HOST_IMAGES[software];
  return [firmware, image, initrd];
}

/** What is loaded into a VM's memory: kernel first. */
function neededImages(vm: VmSpec): Result<readonly SoftwareKey[]> {
  const keys: SoftwareKey[] = [];
  for (const spec of vm.initrd === undefined ? [vm.image] : [vm.image, vm.initrd]) {
    if (spec.kind === 'file') {
      keys.push(`file:${spec.name}`);
      continue;
    }
    if (spec === vm.initrd && spec.name === 'initrd') {
      keys.push('initrd');
      continue;
    }
    const guest = guestOf(spec);
    if (!guest.ok) return guest;
    const { source } = guest.value;
    if (source.from === 'embedded') keys.push('teaching');
    else if (vm.initrd === undefined && source.initrd !== 'disk') keys.push(source.image, source.initrd);
    else keys.push(source.image);
  }
  return ok([...new Set(keys)]);
}

/** A resolver for hosts over the bytes that are here; parsed images are kept. */
export function softwareResolver(store: SoftwareStore): SoftwareResolver {
  const parsed = new Map<Uint8Array, Result<GuestImage>>();
  const names = new ImageNames();
  const image = (bytes: Uint8Array): Result<GuestImage> => {
    const known = parsed.get(bytes) ?? parseImage(bytes);
    parsed.set(bytes, known);
    return known;
  };
  return {
    comeNames: () => NAME_READER.come(),
    names(vm: VmSpec): CodeNames {
      const needed = neededImages(vm);
      const [key] = needed.ok ? needed.value : [];
      const bytes = key === undefined ? undefined : store.bytes(key);
      return bytes === undefined ? NO_NAMES : names.of(bytes);
    },
    host: (name) => hostSoftware(name, store),
    file: (name) => store.bytes(`file:${name}`),
    layer: layerFinder(store),
    keeper: (name) => store.keeper?.(name),
    load(vm: VmSpec, out?: WayOut): Result<GuestSoftware> {
      const needed = neededImages(vm);
      if (!needed.ok) return needed;
      const found = needed.value.map((key) => ({ key, bytes: store.bytes(key) }));
      const missing = found.find(({ bytes }) => bytes === undefined);
      if (missing !== undefined) return fail('image-missing', { name: missing.key.replace(/^file:/, '') });
      const kernel = image(found[0]?.bytes ?? new Uint8Array());
      if (!kernel.ok) return kernel;
      const initrd = found[1]?.bytes;
      const disk = initrd === undefined ? ok(null) : checkInitrd(initrd);
      if (!disk.ok) return disk;
      const guest = vm.image.kind === 'builtin' ? builtinGuest(vm.image.name) : undefined;
      if (guest !== undefined && isOnDisk(guest) && vm.initrd === undefined && !hasDisk(vm))
        return fail('guests.noDisk', { vm: vm.name, guest: guest.name });
      return ok({
        image: kernel.value,
        ...(initrd === undefined ? {} : { initrd }),
        bootargs: bootargsOf(vm, guest, out),
        ...(guest === undefined ? {} : { shutDownText: guest.shutDownText }),
      });
    },
  };
}

function hostSoftware(name: HostSoftware, store: SoftwareStore): Result<BareSoftware> {
  const { firmware, image, initrd, append } = HOST_IMAGES[name];
  const parsed = (key: GuestFileName, flatAddress: number): Result<BareImage> => {
    const bytes = store.bytes(key);
    if (bytes === undefined) return fail('image-missing', { name: key });
    const found = parseImage(bytes, { flatAddress });
    return found.ok ? ok({ name: key, image: found.value }) : found;
  };
  const below = parsed(firmware, RAM_BASE);
  if (!below.ok) return below;
  const program = parsed(image, PAYLOAD_ADDRESS);
  if (!program.ok) return program;
  const bytes = store.bytes(initrd);
  if (bytes === undefined) return fail('image-missing', { name: initrd });
  return ok({
    ...{ program: program.value, firmware: below.value, initrd: { name: initrd, bytes } },
    bootargs: append,
  });
}

function hasDisk({ disks }: VmSpec): boolean {
  return disks.some(isThere);
}

/** Finds layers among the bytes that are here, which were looked at when they came. */
export function layerFinder(store: SoftwareStore): LayerFinder {
  const read = new Map<Uint8Array, Layer>();
  return (name) => {
    const bytes = store.bytes(`layer:${name}`);
    if (bytes === undefined) return builtinLayer(name);
    const known = read.get(bytes);
    if (known !== undefined) return known;
    const layer = readLayer(bytes, 'known');
    if (!layer.ok || layer.value.name !== name) return undefined;
    read.set(bytes, layer.value);
    return layer.value;
  };
}

/**
 * Cards as a guest finds them: virtio's in the order of their slots, of which hardware has those from the last one down; then what has registers
 * of its own.
 */
function asFound({ nics }: VmSpec): VmSpec['nics'] {
  const rank = (nic: VmSpec['nics'][number], place: number): number => {
    if (diskWayOf(nic.way).registers) return Number.POSITIVE_INFINITY;
    return nic.slot ?? (isPassedVirtio(nic) ? Number.MAX_SAFE_INTEGER - place : -1);
  };
  return nics
    .map((nic, place) => ({ nic, rank: rank(nic, place) }))
    .filter(({ nic }) => isThere(nic))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : Number(a.rank > b.rank)))
    .map(({ nic }) => nic);
}

/** A person's own kernel gets the words that they gave and nothing else. */
function bootargsOf(vm: VmSpec, guest: BuiltinGuest | undefined, out: WayOut | undefined): string {
  if (guest === undefined) return vm.append ?? '';
  const addresses = asFound(vm).map(({ address }) => address ?? '');
  const gateway =
    out === undefined
      ? {}
      : { gateway: out.router, ...(out.names === undefined ? {} : { names: out.names }) };
  return commandLine(guest, { hostName: vm.name, addresses, ...gateway }, vm.append);
}
