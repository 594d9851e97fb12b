/** The documents of hosts and VMs as a state holds them. */

import { ALLOCATION_IDS } from './catalogue/allocation-modes.ts';
import { DESKTOP_KINDS, REMOTE_DESKTOP_ROLES } from './catalogue/desktop-kinds.ts';
import { READ_ERROR_POLICIES, WRITE_ERROR_POLICIES } from './catalogue/disk-errors.ts';
import { DISK_WAY_IDS } from './catalogue/disk-ways.ts';
import { HOST_SOFTWARE } from './catalogue/host-software.ts';
import { LIMITS } from './catalogue/limits.ts';
import type {
  AlarmSpec,
  ApplianceSpec,
  CommandData,
  CpuSpec,
  DesktopSpec,
  DiskLimits,
  DiskSpec,
  HostMemorySpec,
  HostNicSpec,
  HostSpec,
  ImageSpec,
  KindSpec,
  NicSpec,
  PhysicalDiskSpec,
  PolicySpec,
  PortSettings,
  RemoteDesktopSpec,
  SharingSpec,
  SwapSpec,
  SwitchSpec,
  TrunkSpec,
  VmSpec,
} from './scenario.ts';
import { SnapshotFormatError } from './state/bytes.ts';
import { type Declaration, declare, since } from './state/declare.ts';
import {
  bool,
  integer,
  list,
  oneOf,
  optional,
  real,
  type Type,
  text,
  u32,
  upTo,
  written,
} from './state/types.ts';

const NAME = text(256);
const ADDRESS = text(64);
const LONGEST_APPEND = 16 * 1024;
const LONGEST_SETTINGS = 16 * 1024;
const MOST = upTo(256);

/** An object as JSON: what it must hold is said by the schema of its kind, when something is made of it. */
function json<T extends object>(is: (value: object) => value is T): Type<T> {
  return written(text(LONGEST_SETTINGS), JSON.stringify, (source) => {
    const value = parsed(source);
    if (typeof value === 'object' && value !== null && is(value)) return value;
    throw new SnapshotFormatError('settings that are none');
  });
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

export const KIND_SPEC: Type<KindSpec> = json(
  (value): value is KindSpec => 'kind' in value && typeof value.kind === 'string',
);
const APPLIANCE_SPEC: Type<ApplianceSpec> = json(
  (value): value is ApplianceSpec =>
    'kind' in value && typeof value.kind === 'string' && 'name' in value && typeof value.name === 'string',
);
/** Settings of a port by stage, or of a switch by part. */
export const PORT_SETTINGS: Type<PortSettings> = json((value): value is PortSettings =>
  Object.values(value).every((settings) => typeof settings === 'object' && settings !== null),
);

const IMAGE_SPEC: Declaration<ImageSpec> = declare<{
  readonly kind: ImageSpec['kind'];
  readonly name: string;
}>('image', { kind: oneOf('builtin', 'file'), name: NAME });

export const DISK_LIMITS: Declaration<DiskLimits> = declare<DiskLimits>('disk limits', {
  ...{ iops: optional(integer), bytesPerSecond: optional(integer) },
  ...{ burstRequests: optional(integer), burstBytes: optional(integer) },
});
const DISK: Declaration<DiskSpec> = declare<DiskSpec>('disk', {
  ...{ sizeBytes: integer, content: optional(KIND_SPEC) },
  on: since(7, optional(NAME), undefined),
  shares: since(7, optional(u32), undefined),
  limits: since(7, optional(DISK_LIMITS), undefined),
  queues: since(7, optional(u32), undefined),
  way: since(7, optional(oneOf(...DISK_WAY_IDS)), undefined),
  slot: since(7, optional(u32), undefined),
  readErrors: since(8, optional(oneOf(...READ_ERROR_POLICIES)), undefined),
  writeErrors: since(8, optional(oneOf(...WRITE_ERROR_POLICIES)), undefined),
});

const CPU_SPEC: Declaration<CpuSpec> = declare<CpuSpec>('cpu of a vm', {
  ...{ weight: optional(u32), capPercent: optional(u32), pinned: optional(bool), together: optional(bool) },
  harts: optional(list(u32, MOST)),
  realTime: optional(
    declare<NonNullable<CpuSpec['realTime']>>('cpu budget', { periodNs: integer, budgetNs: integer }),
  ),
});

export const VM_SPEC: Declaration<VmSpec> = declare<VmSpec>('vm specification', {
  name: NAME,
  image: IMAGE_SPEC,
  initrd: optional(IMAGE_SPEC),
  memoryBytes: integer,
  vcpus: u32,
  maxVcpus: since(11, optional(u32), undefined),
  allocation: oneOf(...ALLOCATION_IDS),
  append: optional(text(LONGEST_APPEND)),
  disks: list(DISK, MOST),
  nics: list(
    declare<NicSpec>('nic', {
      ...{ switch: NAME, mac: optional(ADDRESS), address: optional(ADDRESS) },
      port: optional(PORT_SETTINGS),
      slot: since(7, optional(u32), undefined),
      way: since(8, optional(oneOf(...DISK_WAY_IDS)), undefined),
      offload: since(8, optional(bool), undefined),
      mtu: since(8, optional(u32), undefined),
      queues: since(8, optional(u32), undefined),
      portAllocation: since(10, optional(oneOf('on-demand')), undefined),
    }),
    MOST,
  ),
  devices: optional(list(KIND_SPEC, MOST)),
  desktop: since(
    7,
    optional(
      declare<DesktopSpec>('desktop', {
        ...{ kind: oneOf(...DESKTOP_KINDS), width: u32, height: u32 },
        touch: optional(bool),
      }),
    ),
    undefined,
  ),
  virtqueues: since(8, optional(oneOf('packed')), undefined),
  cpu: since(10, optional(CPU_SPEC), undefined),
  autostart: bool,
});

export const SWAP_SPEC: Declaration<SwapSpec> = declare<SwapSpec>('swap', {
  policy: NAME,
  sizeBytes: integer,
  compressPercent: u32,
  taxPercent: u32,
});

const HOST_MEMORY: Declaration<HostMemorySpec> = declare<HostMemorySpec>('host memory', {
  sharing: optional(declare<SharingSpec>('sharing', { pages: u32, periodNs: integer })),
  overcommitPercent: since(6, optional(u32), undefined),
  swap: since(6, optional(SWAP_SPEC), undefined),
});

const TRUNK_SPEC: Declaration<TrunkSpec> = declare<TrunkSpec>('trunk specification', {
  ...{ a: NAME, b: NAME, delayNs: optional(integer), bitsPerSecond: optional(integer) },
  ...{ portA: optional(PORT_SETTINGS), portB: optional(PORT_SETTINGS), number: optional(u32) },
});

/** As JSON: what it must hold is checked when it is put to work. */
const POLICY_SPEC: Type<PolicySpec> = json(
  (value): value is PolicySpec => 'terms' in value && Array.isArray(value.terms),
);
/** As JSON: what it must hold is checked before it is carried out. */
const REACTIONS = optional(
  list(
    declare<CommandData>('command of an alarm', { op: NAME, args: json((_): _ is object => true) }),
    upTo(LIMITS.alarmCommands),
  ),
);
const ALARM_SPEC: Declaration<AlarmSpec> = declare<AlarmSpec>('alarm specification', {
  ...{ name: text(256), metric: text(128), vm: optional(NAME), when: oneOf('above', 'below') },
  ...{ threshold: real, windowNs: optional(integer), forNs: optional(integer) },
  part: since(13, optional(text(512)), undefined),
  ...{ onFiring: since(13, REACTIONS, undefined), onResolved: since(13, REACTIONS, undefined) },
});

export const HOST_SPEC: Declaration<HostSpec> = declare<HostSpec>('host specification', {
  name: NAME,
  ramBytes: integer,
  harts: u32,
  isa: since(14, optional(text(256)), undefined),
  switches: list(
    declare<SwitchSpec>('switch specification', {
      name: NAME,
      parts: since(8, optional(PORT_SETTINGS), undefined),
    }),
    MOST,
  ),
  trunks: since(8, optional(list(TRUNK_SPEC, MOST)), undefined),
  appliances: since(8, optional(list(APPLIANCE_SPEC, MOST)), undefined),
  vms: list(VM_SPEC, MOST),
  timeSliceNs: integer,
  scheduler: optional(KIND_SPEC),
  memory: since(5, optional(HOST_MEMORY), undefined),
  alarms: since(11, optional(list(ALARM_SPEC, MOST)), undefined),
  remoteDesktops: since(
    7,
    optional(
      list(
        declare<RemoteDesktopSpec>('remote desktop', {
          ...{ role: oneOf(...REMOTE_DESKTOP_ROLES), vm: NAME, switch: NAME },
        }),
        MOST,
      ),
    ),
    undefined,
  ),
  storage: since(
    7,
    optional(
      list(
        declare<PhysicalDiskSpec>('physical disk specification', {
          ...{ name: NAME, model: optional(KIND_SPEC), scheduler: optional(KIND_SPEC) },
          sizeBytes: since(8, optional(integer), undefined),
        }),
        MOST,
      ),
    ),
    undefined,
  ),
  policies: since(11, optional(list(POLICY_SPEC, MOST)), undefined),
  software: since(14, optional(oneOf(...HOST_SOFTWARE)), undefined),
  nics: since(
    15,
    optional(
      list(
        declare<HostNicSpec>('host nic', {
          ...{ switch: NAME, mac: optional(ADDRESS), port: optional(PORT_SETTINGS) },
        }),
        MOST,
      ),
    ),
    undefined,
  ),
});
