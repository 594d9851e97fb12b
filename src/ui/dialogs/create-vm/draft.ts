/** What the person fills in, and what is wrong with it: plain data and rules, no React. */

import { cardConflicts, freeAddressAt } from '#base/card-conflicts';
import { allocationOf } from '#base/catalogue/allocation-modes';
import type { DesktopKind } from '#base/catalogue/desktop-kinds';
import {
  type ReadErrorPolicy,
  USUAL_READ_ERRORS,
  USUAL_WRITE_ERRORS,
  type WriteErrorPolicy,
} from '#base/catalogue/disk-errors';
import { type DiskWay, isPassedThrough, USUAL_WAY } from '#base/catalogue/disk-ways';
import { isTooLarge, isWithin, LIMITS } from '#base/catalogue/limits';
import { isName, NAME_LENGTH } from '#base/catalogue/names';
import { IPV4_PATTERN } from '#base/ipv4';
import type { LabError } from '#base/result';
import type { DiskSpec, ImageSpec, VmSpec } from '#base/scenario';
import { NS_PER_US } from '#base/virtual-time';
import type { HostDescription, LabDescription } from '#bridge/protocol/answers';
import type { KeptImage } from '#bridge/protocol/disks';
import type { ImageInfo } from '#bridge/protocol/lab-api';
import { mibOn } from '../../parts/disks/image-choices.ts';
import { takenNames } from '../../parts/taken-names.ts';

const MIB = 2 ** 20;
/** In pixels: what consoles of kernels are made for. */
const USUAL_SCREEN = { width: 640, height: 480 } as const;

export interface Draft {
  readonly name: string;
  /** Key of an image: kind and name. */
  readonly image: string;
  readonly initrd: string;
  readonly memoryMib: number | '';
  readonly vcpus: number | '';
  readonly allocation: VmSpec['allocation'];
  readonly append: string;
  readonly diskMib: number | '';
  /** The physical disk that it lies on, or is; empty: the first. */
  readonly diskOn: string;
  /** Layer of a kept image that the disk lies on; empty: none. */
  readonly diskLayer: string;
  /** What is written to it is kept. */
  readonly keepDisk: boolean;
  /** How it is given its disk. */
  readonly diskWay: DiskWay;
  /** What the content lies in is made at once, and not where it is first written; of one that lies on an image nothing is. */
  readonly diskAtOnce: boolean;
  /** What making a part of it takes that is first written, in microseconds; empty: nothing. */
  readonly firstUseUs: number | '';
  /** What becomes of requests that it cannot serve. */
  readonly readErrors: ReadErrorPolicy;
  readonly writeErrors: WriteErrorPolicy;
  /** Empty: one. */
  readonly diskQueues: number | '';
  readonly switchName: string;
  readonly address: string;
  /** How it is given its card. */
  readonly cardWay: DiskWay;
  /** Empty: as usual. */
  readonly mtu: number | '';
  /** VLAN of its port; empty: as usual. */
  readonly vlan: number | '';
  /** Pairs of queues; empty: one. */
  readonly cardQueues: number | '';
  /** The card completes check sums and cuts packets. */
  readonly offload: boolean;
  /** It has a port of its switch only while its driver uses it. */
  readonly portOnDemand: boolean;
  /** Its devices offer packed virtqueues. */
  readonly packed: boolean;
  /** Kind of its screen; empty: none. */
  readonly screen: DesktopKind | '';
  /** It has a balloon, by which memory is lent and removed while it runs. */
  readonly balloon: boolean;
  /** What it may use at first; the rest can be added while it runs. Empty: all. */
  readonly usableMib: number | '';
  /** It has a port for a guest agent. */
  readonly agent: boolean;
  /** Its terminal is a port of the agent's device. */
  readonly agentTerminal: boolean;
  readonly autostart: boolean;
}

/** A field, and what is wrong with it: the key of a sentence of the form's own, or an error that other layers speak of too. */
export type Complaint =
  | {
      readonly field: keyof Draft;
      readonly key: string;
      readonly data: Readonly<Record<string, string | number>>;
    }
  | { readonly field: keyof Draft; readonly error: LabError };

/** An image as one text, and back. */
export function imageKey(spec: ImageSpec): string {
  return `${spec.kind}:${spec.name}`;
}
export function imageOf(key: string): ImageSpec | undefined {
  const at = key.indexOf(':');
  const kind = key.slice(0, at);
  const name = key.slice(at + 1);
  return (kind === 'builtin' || kind === 'file') && name !== '' ? { kind, name } : undefined;
}

/** Where the new VM shall be: a lab, and the index of a host of it. */
export interface Place {
  readonly lab: Pick<LabDescription, 'hosts' | 'links'>;
  readonly host: number;
}

function hostAt({ lab, host }: Place): HostDescription | undefined {
  return lab.hosts[host];
}

/** A name that is still free: `vm1`, `vm2`, … */
export function freeName(host: HostDescription | undefined, stem: string): string {
  const taken = takenNames(host);
  for (let number = 1; ; number++) if (!taken.has(`${stem}${number}`)) return `${stem}${number}`;
}

/** A switch, and an address that is free there. */
export function cardAt({ lab, host }: Place, switchName: string): Pick<Draft, 'switchName' | 'address'> {
  const address = switchName === '' ? undefined : freeAddressAt(lab, { host, switch: switchName });
  return { switchName, address: address ?? '' };
}

/** What of a draft depends on the place: a free name, the first switch, a free address. */
export function placedAt(place: Place): Pick<Draft, 'name' | 'switchName' | 'address'> {
  const host = hostAt(place);
  return { name: freeName(host, 'vm'), ...cardAt(place, host?.switches[0] ?? '') };
}

/** What of a draft depends on the kernel. */
export function softwareOf(
  image: ImageInfo | undefined,
): Pick<Draft, 'image' | 'initrd' | 'memoryMib' | 'append'> {
  const { spec, defaultMemoryBytes, initrd, defaultAppend } = image ?? {};
  return {
    image: spec === undefined ? '' : imageKey(spec),
    initrd: initrd === undefined ? '' : imageKey(initrd),
    memoryMib: Math.max(4, Math.ceil((defaultMemoryBytes ?? 0) / MIB)),
    append: defaultAppend ?? '',
  };
}

/** A draft that would work, from an image. */
export function draftFor(image: ImageInfo | undefined, place: Place): Draft {
  return {
    ...softwareOf(image),
    ...placedAt(place),
    ...{
      vcpus: 1,
      allocation: 'on-demand',
      diskMib: 0,
      diskOn: '',
      diskLayer: '',
      keepDisk: false,
      diskWay: USUAL_WAY,
      diskAtOnce: false,
      firstUseUs: '',
      readErrors: USUAL_READ_ERRORS,
      writeErrors: USUAL_WRITE_ERRORS,
      diskQueues: '',
      mtu: '',
      vlan: '',
      cardQueues: '',
      offload: true,
      portOnDemand: false,
      packed: false,
      cardWay: USUAL_WAY,
      screen: '',
      balloon: false,
      usableMib: '',
      agent: false,
      agentTerminal: false,
      autostart: true,
    },
  };
}

/** Fields that may be empty, and what they may hold. */
const AMOUNTS = {
  diskQueues: LIMITS.diskQueues,
  firstUseUs: LIMITS.diskFirstUseUs,
  mtu: LIMITS.mtu,
  vlan: LIMITS.vlans,
  cardQueues: LIMITS.cardQueues,
} as const;

/** Everything that is wrong; the worker checks again, this only says it before. */
export function complaintsOf(draft: Draft, place: Place, images: readonly ImageInfo[]): Complaint[] {
  const host = hostAt(place);
  const complaints: Complaint[] = [];
  const say = (
    field: keyof Draft,
    key: string,
    data: Readonly<Record<string, string | number>> = {},
  ): void => {
    complaints.push({ field, key: `create.wrong.${key}`, data });
  };
  const image = images.find((candidate) => imageKey(candidate.spec) === draft.image);
  if (!isName(draft.name)) say('name', 'name', { most: NAME_LENGTH });
  else if (takenNames(host).has(draft.name)) say('name', 'nameTaken', { name: draft.name });
  if (image === undefined) say('image', 'image');
  else if (!image.available) say('image', 'imageMissing', { name: image.spec.name });
  const { least, most: mostMemory } = LIMITS.vmMemoryBytes;
  if (draft.memoryMib === '' || draft.memoryMib * MIB < least)
    say('memoryMib', 'memory', { least: least / MIB });
  else if (draft.memoryMib * MIB > mostMemory)
    say('memoryMib', 'memoryTooLarge', { limit: mostMemory / MIB });
  else if (host !== undefined && isTooLarge({ ...draft, memoryBytes: draft.memoryMib * MIB }, host))
    say('memoryMib', 'memoryTooLargeFixed', { limit: host.ramBytes / MIB });
  else if (image !== undefined && draft.memoryMib * MIB < image.minMemoryBytes)
    say('memoryMib', 'memoryTooSmall', {
      name: image.spec.name,
      least: Math.ceil(image.minMemoryBytes / MIB),
    });
  const { balloon, usableMib, memoryMib } = draft;
  if (balloon && usableMib !== '' && (usableMib * MIB < least || usableMib > Number(memoryMib)))
    say('usableMib', 'usable', { least: least / MIB, most: Number(memoryMib) });
  const most = Math.min(LIMITS.vcpus, image?.maxVcpus ?? LIMITS.vcpus);
  if (draft.vcpus === '' || !isWithin(draft.vcpus, { least: 1, most })) say('vcpus', 'vcpus', { most });
  const mostDisk = LIMITS.diskBytes.most / MIB;
  if (draft.diskMib === '' || !isWithin(draft.diskMib, { least: 0, most: mostDisk }))
    say('diskMib', 'disk', { most: mostDisk });
  for (const [field, limits] of Object.entries(AMOUNTS)) {
    const amount = draft[field as keyof typeof AMOUNTS];
    if (amount !== '' && !isWithin(amount, limits))
      say(field as keyof typeof AMOUNTS, 'amount', { ...limits });
  }
  const hasContent = draft.diskLayer !== '' || draft.keepDisk;
  if (image?.onDisk === true && draft.initrd === '' && (draft.diskMib === 0 || !hasContent))
    say('diskLayer', 'rootDisk');
  const { name, switchName, address } = draft;
  if (address !== '' && !IPV4_PATTERN.test(address)) say('address', 'address');
  else if (address !== '' && switchName !== '') {
    const card = { host: place.host, vm: name, nic: { switch: switchName, address } };
    complaints.push(...cardConflicts(place.lab, card).map((error) => ({ field: 'address' as const, error })));
  }
  return complaints;
}

/** How a device is given, and of how many queues, where it lies behind queues. */
function queuesIn<Way extends DiskWay>(
  way: Way,
  queues: number | '',
): { readonly way?: Way; readonly queues?: number } {
  if (way !== USUAL_WAY) return { way };
  return queues === '' || queues === 1 ? {} : { queues };
}

function errorsOf({ readErrors, writeErrors }: Draft): Pick<DiskSpec, 'readErrors' | 'writeErrors'> {
  return {
    ...(readErrors === USUAL_READ_ERRORS ? {} : { readErrors }),
    ...(writeErrors === USUAL_WRITE_ERRORS ? {} : { writeErrors }),
  };
}

function cardsOf(draft: Draft): VmSpec['nics'] {
  const { switchName, address, cardWay, mtu, vlan, cardQueues, offload, portOnDemand } = draft;
  if (switchName === '') return [];
  const card = {
    switch: switchName,
    ...(address === '' ? {} : { address }),
    ...queuesIn(cardWay, cardQueues),
    ...(mtu === '' || mtu === LIMITS.mtu.most ? {} : { mtu }),
    ...(vlan === '' ? {} : { port: { vlan: { access: vlan } } }),
    // A card behind registers takes nothing over anyway.
    ...(offload || cardWay !== USUAL_WAY ? {} : { offload }),
    ...(portOnDemand ? { portAllocation: 'on-demand' as const } : {}),
  };
  return [card];
}

function disksOf(draft: Draft): VmSpec['disks'] {
  const { name, diskMib, diskLayer, keepDisk, diskWay, diskOn } = draft;
  if (diskMib === '' || diskMib === 0) return [];
  const place = { sizeBytes: diskMib * MIB, ...(diskOn === '' ? {} : { on: diskOn }) };
  const disk = { ...place, ...queuesIn(diskWay, draft.diskQueues), ...errorsOf(draft) };
  // What lies on a disk that is given whole is the host's.
  if (isPassedThrough(disk)) return [disk];
  if (diskLayer === '' && !keepDisk) return [{ ...disk, ...spaceOf(draft) }];
  const layer = diskLayer === '' ? {} : { layer: diskLayer };
  // Who makes a VM of the same name has the same disk again.
  const keep = keepDisk ? { keep: `${name}-disk` } : {};
  return [{ ...disk, content: { kind: 'layered', ...layer, ...keep } }];
}

/** When the space of an empty disk is made, and what that takes. */
function spaceOf({ diskAtOnce, firstUseUs }: Draft): Pick<DiskSpec, 'content'> {
  if (diskAtOnce) return { content: { kind: 'memory', allocation: 'fixed' } };
  if (firstUseUs === '' || firstUseUs === 0) return {};
  return { content: { kind: 'memory', firstUseNs: firstUseUs * NS_PER_US } };
}

/** A device that is given whole reaches memory by itself, so all of that must be there from the start. */
function memoryFor(way: DiskWay, { allocation }: Draft): Partial<Draft> {
  return isPassedThrough({ way }) && !allocationOf(allocation).ahead ? { allocation: 'fixed' } : {};
}

/** A disk in another way. */
export function diskIn(diskWay: DiskWay, draft: Draft): Partial<Draft> {
  return { diskWay, ...memoryFor(diskWay, draft) };
}

/** A card in another way. */
export function cardIn(cardWay: DiskWay, draft: Draft): Partial<Draft> {
  return { cardWay, ...memoryFor(cardWay, draft) };
}

/** A disk of a kept image, as large as that at least. */
export function diskFrom(image: KeptImage | undefined, diskMib: Draft['diskMib']): Partial<Draft> {
  if (image === undefined) return { diskLayer: '' };
  return { diskLayer: image.layer, diskMib: mibOn(image, diskMib === '' ? 0 : diskMib) };
}

function devicesOf({ balloon, usableMib, agent, agentTerminal }: Draft): Pick<VmSpec, 'devices'> {
  const usable = usableMib === '' ? {} : { usableBytes: usableMib * MIB };
  const devices = [
    ...(balloon ? [{ kind: 'balloon', ...usable }] : []),
    ...(agent ? [{ kind: 'agent', ...(agentTerminal ? { terminal: true } : {}) }] : []),
  ];
  return devices.length === 0 ? {} : { devices };
}

/** The VM that a draft without complaints describes. */
export function specOf(draft: Draft): VmSpec | undefined {
  const image = imageOf(draft.image);
  const initrd = imageOf(draft.initrd);
  if (image === undefined || draft.memoryMib === '' || draft.vcpus === '') return undefined;
  return {
    name: draft.name,
    image,
    ...(initrd === undefined ? {} : { initrd }),
    memoryBytes: draft.memoryMib * MIB,
    vcpus: draft.vcpus,
    allocation: draft.allocation,
    ...(draft.append === '' ? {} : { append: draft.append }),
    disks: disksOf(draft),
    nics: cardsOf(draft),
    ...(draft.screen === '' ? {} : { desktop: { kind: draft.screen, ...USUAL_SCREEN } }),
    ...devicesOf(draft),
    ...(draft.packed ? { virtqueues: 'packed' } : {}),
    autostart: draft.autostart,
  };
}
