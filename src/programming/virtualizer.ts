/** What the three virtualizers have in common: the host that they work on, its indicators, and how its network is set. */
import { KvmKpi } from './kpi.ts';
import { Kvm, type LabPort } from './kvm.ts';

/** Settings of a stage of a port. */
export type StageSettings = Readonly<Record<string, string | number>>;

export class Virtualizer {
  readonly kvm: Kvm;
  readonly kpi: KvmKpi;

  /** @param host its index in the lab */
  constructor(lab: LabPort, host = 0) {
    this.kvm = new Kvm(lab, host);
    this.kpi = new KvmKpi(this.kvm);
  }

  /** Plugs a card into a VM and its cable into the host's first switch. */
  protected async plugCard(vm: string): Promise<void> {
    const [first] = await this.kvm.ask('switches', {});
    await this.kvm.command('vm.plugCard', { vm, switch: first?.name ?? '' });
  }

  protected async setStage(
    port: { readonly switch: string; readonly port: string },
    stage: string,
    settings: StageSettings,
  ): Promise<void> {
    await this.kvm.command('port.set', { switch: port.switch, port: port.port, stage, settings });
  }
}
