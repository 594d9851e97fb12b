/** The article's `NetworkVirtualizer` (5.2.3) over a running lab: map, allocate, isolate, optimise, monitor. */
import { KvmKpi, type NetworkIndicators } from './kpi.ts';
import { Kvm, type LabPort } from './kvm.ts';

const USUAL_BITS_PER_SECOND = 100_000_000;

export class NetworkVirtualizer {
  readonly kvm: Kvm;
  readonly kpi: KvmKpi;

  /** @param host its index in the lab */
  constructor(lab: LabPort, host = 0) {
    this.kvm = new Kvm(lab, host);
    this.kpi = new KvmKpi(this.kvm);
  }

  async #portsOf(vm_id: string): Promise<readonly NetworkIndicators[]> {
    return (await this.kpi.monitor_network()).filter(({ vm }) => vm === vm_id);
  }

  /** Sets a stage of each port of a VM. */
  async #set(
    vm_id: string,
    stage: string,
    settings: Readonly<Record<string, string | number>>,
  ): Promise<void> {
    for (const { switch: at, port } of await this.#portsOf(vm_id))
      await this.kvm.command('port.set', { switch: at, port, stage, settings });
  }

  /**
   * Plugs a virtual card into a VM and its cable into the host's first switch.
   * @returns the card's MAC address
   */
  async map_network(vm_id: string): Promise<string> {
    const [first] = await this.kvm.ask('switches', {});
    await this.kvm.command('vm.plugCard', { vm: vm_id, switch: first?.name ?? '' });
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
    for (const { switch: at, port } of await this.kpi.monitor_network())
      await this.kvm.command('port.set', {
        ...{ switch: at, port, stage: 'discipline', settings: { kind: 'fq-codel' } },
      });
  }

  monitor_network(): Promise<readonly NetworkIndicators[]> {
    return this.kpi.monitor_network();
  }
}
