/**
 * The nested lab: OpenSBI and Linux with KVM own the host, and none of its harts is ours. What is typed there (`vmm`) starts a guest by the
 * H extension.
 */
import type { Scenario } from '../scenario.ts';
import { host, MIB, scenario } from './parts.ts';

export function nested(): Scenario {
  return scenario(66, [host([], { ramBytes: 64 * MIB, switches: [], software: 'nested' })]);
}
