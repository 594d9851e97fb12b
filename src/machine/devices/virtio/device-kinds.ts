/**
 * The table of virtio devices. A VM's slots are filled in this order by those that it has without naming them, and after
 * them by those that it names.
 */
import { AGENT_PORT_KIND } from './agent-port/kind.ts';
import { BALLOON_KIND } from './balloon/kind.ts';
import { BLOCK_KIND } from './block/kind.ts';
import { CONSOLE_KIND } from './console/kind.ts';
import type { DeviceKind } from './device-kind.ts';
import { GPU_KIND } from './gpu/kind.ts';
import { INPUT_KIND } from './input/kind.ts';
import { NET_KIND } from './net/kind.ts';
import { RNG_KIND } from './rng/kind.ts';

export const DEVICE_KINDS: readonly DeviceKind[] = [
  CONSOLE_KIND,
  RNG_KIND,
  BLOCK_KIND,
  NET_KIND,
  BALLOON_KIND,
  GPU_KIND,
  INPUT_KIND,
  AGENT_PORT_KIND,
];
