/** The documents of hosts and VMs as a state holds them. */
import type { DiskSpec, HostSpec, ImageSpec, NicSpec, SwitchSpec, VmSpec } from './scenario.ts';
import { type Declaration, declare } from './state/declare.ts';
import { bool, integer, list, oneOf, optional, text, u32, upTo } from './state/types.ts';

const NAME = text(256);
const ADDRESS = text(64);
const LONGEST_APPEND = 16 * 1024;
const MOST = upTo(256);

const IMAGE_SPEC: Declaration<ImageSpec> = declare<{
  readonly kind: ImageSpec['kind'];
  readonly name: string;
}>('image', { kind: oneOf('builtin', 'file'), name: NAME });

export const VM_SPEC: Declaration<VmSpec> = declare<VmSpec>('vm specification', {
  name: NAME,
  image: IMAGE_SPEC,
  initrd: optional(IMAGE_SPEC),
  memoryBytes: integer,
  vcpus: u32,
  allocation: oneOf('fixed', 'on-demand'),
  append: optional(text(LONGEST_APPEND)),
  disks: list(declare<DiskSpec>('disk', { sizeBytes: integer }), MOST),
  nics: list(
    declare<NicSpec>('nic', { switch: NAME, mac: optional(ADDRESS), address: optional(ADDRESS) }),
    MOST,
  ),
  autostart: bool,
});

export const HOST_SPEC: Declaration<HostSpec> = declare('host specification', {
  name: NAME,
  ramBytes: integer,
  harts: u32,
  switches: list(declare<SwitchSpec>('switch specification', { name: NAME }), MOST),
  vms: list(VM_SPEC, MOST),
  timeSliceNs: integer,
});
