/** What a lab consists of, as the page is told by itself. Types only. */
import type { VmState } from '#base/catalogue/vm-life-cycle';
import type { GuideStep } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { HostDescription } from '#hypervisor/monitor/description';

export type { ApplianceDescription, HostDescription, VmDescription } from '#hypervisor/monitor/description';

/** A command that a person can give by pointing at a VM, in the order of menus. */
export interface VmCommandDescription {
  /** Its texts are `action.<op>` and `action.<op>Hint`, without `vm.`. */
  readonly op: string;
  /** States of the VM in which it makes sense. */
  readonly from: readonly VmState[];
  /** Something is lost that nobody can bring back. */
  readonly loses: boolean;
}

/** A switch of a host of the lab. */
export interface SwitchPlace {
  readonly host: number;
  readonly switch: string;
}

/** A link between switches of two hosts. */
export interface LinkDescription {
  readonly a: SwitchPlace;
  readonly b: SwitchPlace;
  readonly delayNs: VirtualNs;
  readonly bitsPerSecond: number;
}

/** What a lab consists of; a new one comes with a batch whenever it changes. */
export interface LabDescription {
  readonly title: string;
  readonly seed: number;
  /** What clocks of machines show at virtual time 0, as the scenario says; the usual date where it says none. */
  readonly date?: string;
  readonly hosts: readonly HostDescription[];
  /** In the order of the scenario: a port of a switch names them by their index. */
  readonly links: readonly LinkDescription[];
  readonly vmCommands: readonly VmCommandDescription[];
  /** Where nodes stand, by `host`, `host/vm`, `host/switch`. */
  readonly layout: Readonly<Record<string, { readonly x: number; readonly y: number }>>;
  /** As the scenario has it. */
  readonly guide?: string | readonly GuideStep[];
}
