/**
 * A VM as documents write it: its shape, what it means where it leaves something out, and the shortest way to write it. The
 * defaults belong to version 1 of the scenario format for ever: other ones would change old links.
 */
import * as v from 'valibot';
import { type HeardCard, MOST_HEARD } from '#base/card-conflicts';
import { ALLOCATION_IDS } from '#base/catalogue/allocation-modes';
import { DESKTOP_KINDS } from '#base/catalogue/desktop-kinds';
import { READ_ERROR_POLICIES, WRITE_ERROR_POLICIES } from '#base/catalogue/disk-errors';
import { DISK_WAY_IDS, USUAL_WAY } from '#base/catalogue/disk-ways';
import { isTooLarge, LIMITS } from '#base/catalogue/limits';
import { IPV4_PATTERN } from '#base/ipv4';
import { fail, ok, type Result } from '#base/result';
import type { DesktopSpec, HostSpec, ImageSpec, NicSpec, SwitchSpec, VmSpec } from '#base/scenario';
import { VIRTIO_SLOTS } from '#machine/devices/platform';
import type { Registries } from '../registries.ts';
import { frameBufferBytes } from '../vm/frame-buffer.ts';
import { CPU_SHAPE, checkCpu, fillCpu, shortCpu } from './cpu.ts';
import { DISK_LIMIT_SHAPES, fillDisk, shortDisk } from './disks.ts';
import { type Given, maybe, unlessEmpty, type Written, without, written } from './document.ts';
import { kindSchema, shortKind } from './kinds.ts';
import { portShape, shortPort } from './network.ts';
import type { Shape } from './parse.ts';
import { FILE_NAME, KEYED, listOf, NAME, size, whole } from './values.ts';

/** A card; without a switch it is at the first of its host. */
export type NicDocument = Partial<NicSpec>;
/** A screen of which all may be as usual. */
export type DesktopDocument = Partial<DesktopSpec>;
/** A VM of which only the name must be given. */
export interface VmDocument extends Given<Omit<VmSpec, 'nics' | 'desktop'>, 'name'> {
  readonly nics?: readonly NicDocument[];
  readonly desktop?: DesktopDocument;
}

/** Kernels take ASCII. */
const Append = v.pipe(
  v.string(),
  v.maxLength(LIMITS.appendLength),
  v.regex(/^[\x20-\x7e]*$/, 'scenario.badText'),
);

const Address = v.pipe(v.string(), v.maxLength(18), v.regex(IPV4_PATTERN, 'scenario.badAddress'));

/** The address of a card, which is one station's: a group's has bit 0 of its first byte set. */
export const MAC: Shape<string> = v.pipe(
  v.string(),
  v.maxLength(17),
  v.regex(/^[0-9a-f][02468ace](?::[0-9a-f]{2}){5}$/, 'scenario.badMac'),
);

const Image: Shape<ImageSpec> = v.lazy((input) =>
  typeof input === 'string'
    ? v.pipe(
        NAME,
        v.transform((name) => ({ kind: 'builtin' as const, name })),
      )
    : v.variant('kind', [
        v.strictObject({ kind: v.literal('builtin'), name: NAME }),
        v.strictObject({ kind: v.literal('file'), name: FILE_NAME }),
      ]),
);

const Desktop = v.pipe(
  KEYED,
  v.strictObject({
    kind: v.exactOptional(v.picklist(DESKTOP_KINDS)),
    width: v.exactOptional(whole(LIMITS.desktopWidth)),
    height: v.exactOptional(whole(LIMITS.desktopHeight)),
    touch: v.exactOptional(v.boolean()),
  }),
);

/** Kinds that `devices` may name: the others come with a part of the specification of their own, or with every VM. */
function nameable({ devices }: Registries): Registries['devices'] {
  return devices.filter(({ wanted }) => wanted === undefined);
}

/** Cards that a host hears over links, noted with a command that plugs others in. */
export const HEARD: Shape<readonly HeardCard[]> = listOf(
  v.strictObject({
    switch: NAME,
    vm: NAME,
    address: v.exactOptional(Address),
    mac: v.exactOptional(MAC),
  }),
  MOST_HEARD,
);

/** What documents may say of a VM; of things whose kinds stand in registries, what those kinds say. */
export function vmShape(registries: Registries): Shape<VmDocument> {
  const disk = v.strictObject({
    sizeBytes: size(LIMITS.diskBytes, 512),
    content: v.exactOptional(kindSchema(registries.disks)),
    on: v.exactOptional(NAME),
    shares: v.exactOptional(whole(LIMITS.diskShares)),
    limits: v.exactOptional(v.pipe(KEYED, v.strictObject(DISK_LIMIT_SHAPES))),
    queues: v.exactOptional(whole(LIMITS.diskQueues)),
    way: v.exactOptional(v.picklist(DISK_WAY_IDS)),
    readErrors: v.exactOptional(v.picklist(READ_ERROR_POLICIES)),
    writeErrors: v.exactOptional(v.picklist(WRITE_ERROR_POLICIES)),
  });
  const nic = v.pipe(
    KEYED,
    v.strictObject({
      switch: v.exactOptional(NAME),
      mac: v.exactOptional(MAC),
      address: v.exactOptional(Address),
      port: v.exactOptional(portShape(registries)),
      way: v.exactOptional(v.picklist(DISK_WAY_IDS)),
      offload: v.exactOptional(v.boolean()),
      mtu: v.exactOptional(whole(LIMITS.mtu)),
      queues: v.exactOptional(whole(LIMITS.cardQueues)),
      portAllocation: v.exactOptional(v.literal('on-demand')),
    }),
  );
  return v.strictObject({
    name: NAME,
    image: v.exactOptional(Image),
    initrd: v.exactOptional(Image),
    memoryBytes: v.exactOptional(size(LIMITS.vmMemoryBytes, 4096)),
    vcpus: v.exactOptional(whole({ least: 1, most: LIMITS.vcpus })),
    maxVcpus: v.exactOptional(whole({ least: 1, most: LIMITS.vcpus })),
    cpu: v.exactOptional(CPU_SHAPE),
    allocation: v.exactOptional(v.picklist(ALLOCATION_IDS)),
    append: v.exactOptional(Append),
    disks: v.exactOptional(listOf(disk, LIMITS.disksPerVm)),
    nics: v.exactOptional(listOf(nic, LIMITS.nicsPerVm)),
    devices: v.exactOptional(listOf(kindSchema(nameable(registries)), VIRTIO_SLOTS)),
    desktop: v.exactOptional(Desktop),
    virtqueues: v.exactOptional(v.literal('packed')),
    autostart: v.exactOptional(v.boolean()),
  });
}

const MIB = 1 << 20;
const VM_DEFAULTS = { vcpus: 1, allocation: 'on-demand', autostart: true } as const;
const DESKTOP_DEFAULTS = { kind: 'gpu', width: 640, height: 480, touch: false } as const;
/** The image of a VM that names none. */
const DEFAULT_IMAGE: ImageSpec = { kind: 'builtin', name: 'teaching' };

/** Memory of a VM that names none. */
function defaultMemoryBytes(image: ImageSpec): number {
  return image.kind === 'builtin' && image.name === DEFAULT_IMAGE.name ? 4 * MIB : 32 * MIB;
}

/*
 * What follows writes each object's keys in one order, given or not: a snapshot holds specifications as text, so that the
 * same scenario must have the same text, whether it comes from a link, a file or the page.
 */

function fillImage({ kind, name }: ImageSpec): ImageSpec {
  return { kind, name };
}

/** Without any switch, a card at one that no host has: the checks that follow refuse it. */
function fillNic(nic: NicDocument, switches: readonly SwitchSpec[]): NicSpec {
  return {
    switch: nic.switch ?? switches[0]?.name ?? '',
    ...maybe('mac', nic.mac),
    ...maybe('address', nic.address),
    ...maybe('port', nic.port),
    // The usual way is not said: a card is written in one form.
    ...maybe('way', nic.way === USUAL_WAY ? undefined : nic.way),
    ...maybe('offload', nic.offload === false ? false : undefined),
    ...maybe('mtu', nic.mtu),
    ...maybe('queues', nic.queues),
    ...maybe('portAllocation', nic.portAllocation),
  };
}

function fillDesktop(desktop: DesktopDocument): DesktopSpec {
  const { kind, width, height } = { ...DESKTOP_DEFAULTS, ...desktop };
  return { kind, width, height, ...maybe('touch', desktop.touch === true ? true : undefined) };
}

/** The VM that a document means on a host with these switches. */
export function fillVm(vm: VmDocument, switches: readonly SwitchSpec[]): VmSpec {
  const image = fillImage(vm.image ?? DEFAULT_IMAGE);
  const vcpus = vm.vcpus ?? VM_DEFAULTS.vcpus;
  return {
    name: vm.name,
    image,
    ...maybe('initrd', vm.initrd && fillImage(vm.initrd)),
    memoryBytes: vm.memoryBytes ?? defaultMemoryBytes(image),
    vcpus,
    ...maybe('maxVcpus', vm.maxVcpus === vcpus ? undefined : vm.maxVcpus),
    ...maybe('cpu', vm.cpu && fillCpu(vm.cpu)),
    allocation: vm.allocation ?? VM_DEFAULTS.allocation,
    ...maybe('append', vm.append),
    disks: (vm.disks ?? []).map(fillDisk),
    nics: (vm.nics ?? []).map((nic) => fillNic(nic, switches)),
    ...maybe('devices', unlessEmpty(vm.devices ?? [])),
    ...maybe('desktop', vm.desktop && fillDesktop(vm.desktop)),
    ...maybe('virtqueues', vm.virtqueues),
    autostart: vm.autostart ?? VM_DEFAULTS.autostart,
  };
}

/** A builtin image is its name alone. */
function shortImage(image: ImageSpec | undefined): unknown {
  return image?.kind === 'builtin' ? image.name : image;
}

/** A card without what is as usual; of its port's stages, what each of them says is. */
function shortNic(
  { port, ...nic }: NicSpec,
  switches: readonly SwitchSpec[],
  registries: Registries,
): Written {
  return written({
    ...without<Omit<NicSpec, 'port'>>(nic, { switch: switches[0]?.name ?? '' }),
    port: port && shortPort(registries, port),
  });
}

/** The shortest document of a VM. */
export function shortVm(vm: VmSpec, switches: readonly SwitchSpec[], registries: Registries): Written {
  const { name, image, initrd, cpu, disks, nics, devices, desktop, ...rest } = vm;
  const isUsual = image.kind === DEFAULT_IMAGE.kind && image.name === DEFAULT_IMAGE.name;
  return written({
    name,
    image: isUsual ? undefined : shortImage(image),
    initrd: shortImage(initrd),
    ...without(rest, { ...VM_DEFAULTS, memoryBytes: defaultMemoryBytes(image) }),
    cpu: cpu && shortCpu(cpu),
    disks: unlessEmpty(disks.map((disk) => shortDisk(disk, registries))),
    nics: unlessEmpty(nics.map((nic) => shortNic(nic, switches, registries))),
    devices: devices?.map((device) => shortKind(registries.devices, device)),
    desktop: desktop && without(desktop, DESKTOP_DEFAULTS),
  });
}

/** A VM on its host: a name that no switch has, cards at switches that exist, memory that can be there. */
export function checkVm(vm: VmSpec, host: HostSpec, where: string): Result<null> {
  if (host.switches.some(({ name }) => name === vm.name))
    return fail('scenario.duplicate', { name: vm.name }, `${where}.name`);
  if (isTooLarge(vm, host))
    return fail(
      'scenario.vmTooLarge',
      { vm: vm.name, found: vm.memoryBytes, limit: host.ramBytes },
      `${where}.memoryBytes`,
    );
  if (vm.maxVcpus !== undefined && vm.maxVcpus < vm.vcpus)
    return fail('vm.vcpusMost', { vm: vm.name, vcpus: vm.vcpus, limit: vm.maxVcpus }, `${where}.maxVcpus`);
  const cpu = checkCpu(vm.cpu ?? {}, host.harts, vm.name, `${where}.cpu`);
  if (!cpu.ok) return cpu;
  const screenBytes = frameBufferBytes(vm);
  if (screenBytes > vm.memoryBytes / 2)
    return fail(
      'desktop.size',
      { vm: vm.name, bytes: screenBytes, memoryBytes: vm.memoryBytes },
      `${where}.desktop`,
    );
  for (const [index, nic] of vm.nics.entries())
    if (!host.switches.some(({ name }) => name === nic.switch))
      return fail(
        'scenario.noSuchSwitch',
        { vm: vm.name, host: host.name, switch: nic.switch },
        `${where}.nics[${index}].switch`,
      );
  return ok(null);
}
