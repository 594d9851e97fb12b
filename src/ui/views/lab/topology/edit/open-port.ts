/** The dialog of a port that is open in the topology: what is set there can be taken back. */
import { create } from 'zustand';
import type { PortSettings } from '#base/scenario';
import type { PortOf } from '../../../../parts/port/port-commands.ts';

interface OpenPort extends PortOf {
  /** What is shown first. */
  readonly initial: 'queue' | 'apart';
}

interface State {
  readonly of: OpenPort | null;
  /** As its stages are set. */
  readonly settings: PortSettings;
}

export const useOpenPort = create<State>()(() => ({ of: null, settings: {} }));

export function openPort(of: OpenPort | null, settings: PortSettings = {}): void {
  useOpenPort.setState({ of, settings });
}
