/** The dialog of a port or of a switch that is open in the topology. */
import { create } from 'zustand';
import type { PortOf, SwitchOf } from '../../../../parts/switch/changes.ts';
import type { PortGroup, SwitchPanel } from '../../../../parts/switch/panels.ts';

/** Without a port it is the switch's; `initial`: what is shown first. */
type Open = (PortOf & { readonly initial: PortGroup }) | (SwitchOf & { readonly initial: SwitchPanel });

export const useOpenPort = create<{ readonly of: Open | null }>()(() => ({ of: null }));

export function openPort(of: Open | null): void {
  useOpenPort.setState({ of });
}
