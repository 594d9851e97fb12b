/** What a lab consists of, as the page is told by itself. Types only. */
import type { VmState } from '#base/catalogue/vm-life-cycle';
import type { VmSpec } from '#base/scenario';

/** A command that a person can give by pointing at a VM, in the order of menus. */
export interface VmCommandDescription {
  /** Its texts are `action.<op>` and `action.<op>Hint`, without `vm.`. */
  readonly op: string;
  /** States of the VM in which it makes sense. */
  readonly from: readonly VmState[];
  /** Something is lost that nobody can bring back. */
  readonly loses: boolean;
}

/** What a lab consists of; a new one comes with a batch whenever it changes. */
export interface LabDescription {
  readonly title: string;
  readonly seed: number;
  readonly hosts: readonly HostDescription[];
  readonly vmCommands: readonly VmCommandDescription[];
  /** Where nodes stand, by `host`, `host/vm`, `host/switch`. */
  readonly layout: Readonly<Record<string, { readonly x: number; readonly y: number }>>;
}

/** Why something stopped: a code that has a sentence, with data. */
export interface Reason {
  readonly code: string;
  readonly data: Readonly<Record<string, string | number>>;
}

export interface HostDescription {
  readonly name: string;
  readonly ramBytes: number;
  readonly harts: number;
  readonly switches: readonly string[];
  readonly vms: readonly VmDescription[];
  /** The host stands still for good; its VMs are shown as failed for this reason. */
  readonly failure?: Reason;
}

export interface VmDescription {
  /** Place in the views, constant for the life of the VM; colours follow it. */
  readonly slot: number;
  readonly spec: VmSpec;
  readonly state: VmState;
  /** Why it failed or stopped: a code of `error-codes.ts` with data. */
  readonly reason?: Reason;
}
