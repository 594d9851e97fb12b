/** What a view is: a row of the registry, and what a component is given that shows it. */
import type { ComponentType } from 'react';
import type { HostDescription, VmDescription } from '#bridge/protocol/answers';
import type { IconName } from '../kit/icons.tsx';
import type { Addressed, Parameters, Place } from '../state/routes.ts';

export interface LabViewProps {
  readonly parameters: Parameters;
}
export interface HostViewProps extends LabViewProps {
  /** Index of the host, as questions and commands name it. */
  readonly index: number;
  readonly host: HostDescription;
}
export interface VmViewProps extends LabViewProps {
  /** Index of its host. */
  readonly host: number;
  readonly vm: VmDescription;
}

interface Row<P extends Place, Props> extends Addressed {
  readonly place: P;
  readonly icon: IconName;
  /** Key of its text. */
  readonly title: string;
  /** The key F9 is the view's: it steps what the view shows, rather than the lab. */
  readonly ownSteps?: true;
  /** Of hosts alone that software of their own owns, or that our hypervisor does; of either unless said. */
  readonly ofOwner?: 'software' | 'hypervisor';
  readonly component: ComponentType<Props>;
}
export type LabView = Row<'lab', LabViewProps>;
export type HostView = Row<'host', HostViewProps>;
export type VmView = Row<'vm', VmViewProps>;

/** A view of the page, by the kind of object that it is of. */
export type View = LabView | HostView | VmView;
