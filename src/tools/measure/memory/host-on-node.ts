/** A host on Node as a measurement asks for it, with whatever software its VMs name. */
import { must } from '#base/fixtures/must';
import type { HostSpec, VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import { engineModule } from '#cli/engine';
import { Host, type HostSettings } from '#hypervisor/host';
import { comeWhole, REGISTRIES } from '#hypervisor/registries';
import type { SoftwareResolver } from '#hypervisor/vm/image';
import { USUAL_POLICY } from '#machine/usual-policy';

// Measurements ask without waiting.
await comeWhole(REGISTRIES);

const SETTINGS = { seed: 42, nsPerInstruction: 10, quantumInstructions: 10_000 } as const;

/**
 * @param more what is unusual about the host
 * @param settings what all hosts of a lab have in common
 */
export function hostOnNode(
  vms: readonly VmSpec[],
  software: SoftwareResolver,
  more: Pick<HostSpec, 'ramBytes' | 'harts'> & Partial<HostSpec>,
  settings: HostSettings = SETTINGS,
): Host {
  const spec: HostSpec = {
    ...{ name: 'host', switches: [{ name: 'lan' }], vms, timeSliceNs: 10 * NS_PER_MS },
    ...more,
  };
  return Host.create(engineModule(), spec, settings, { software, shared: false, translate: USUAL_POLICY });
}

/** All that a VM has said. */
export function consoleOf(host: Host, vm: string): string {
  return new TextDecoder().decode(host.vm(vm)?.console.since(0).bytes);
}

/** Carries out a command that must be possible. */
export function tell(host: Host, op: string, args: object): void {
  must(host.execute({ op, args }));
}
