/** The article's `NetworkVirtualizer` (5.2.3) over a running lab: map, allocate, isolate, optimise, monitor. */
import type { NetworkIndicators } from './kpi.ts';
import { type StageSettings, Virtualizer } from './virtualizer.ts';

const USUAL_BITS_PER_SECOND = 100_000_000;

export class NetworkVirtualizer extends Virtualizer {
  /** Sets a stage of each port of a VM. */
  async #set(vm_id: string, stage: string, settings: StageSettings): Promise<void> {
    for (const port of await this.kpi.monitor_network())
      if (port.vm === vm_id) await this.setStage(port, stage, settings);
  }

  /**
   * Plugs a virtual card into a VM and its cable into the host's first switch.
   * @returns the card's MAC address
   */
  async map_network(vm_id: string): Promise<string> {
    await this.plugCard(vm_id);
    const { cards } = await this.kvm.ask('vm', { vm: vm_id });
    return cards.at(-1)?.mac ?? '';
  }

  /** Limits what goes to a VM, at each of its ports. @returns the VM */
  async allocate_network(vm_id: string, bitsPerSecond: number = USUAL_BITS_PER_SECOND): Promise<string> {
    await this.#set(vm_id, 'shape', { bitsPerSecond });
    return vm_id;
  }

  /**
   * Parts a VM from the others of its switches: into a VLAN, where one is named; else it reaches those alone that nobody has parted,
   * and none of those that are.
   */
  async isolate_network(vm_id: string, vlan?: number): Promise<void> {
    if (vlan === undefined) await this.#set(vm_id, 'private', { role: 'isolated' });
    else await this.#set(vm_id, 'vlan', { access: vlan });
  }

  /** Has flows wait apart at every port of a VM, and not for longer than need be (fq_codel, RFC 8290). */
  async optimize_network(): Promise<void> {
    for (const port of await this.kpi.monitor_network())
      await this.setStage(port, 'discipline', { kind: 'fq-codel' });
  }

  monitor_network(): Promise<readonly NetworkIndicators[]> {
    return this.kpi.monitor_network();
  }
}
