/** The packet of which a person wants to see the way, and which of its steps is looked at. */
import { create } from 'zustand';

/** The name of what was heard for whoever looks on in the topology: no capture can have it. */
export const LOOKING_ON = '*';

/** A frame as a capture of a host has numbered it. */
export interface FrameRef {
  readonly host: number;
  /** Of the capture; {@link LOOKING_ON}: of what was heard for whoever looks on. */
  readonly capture: string;
  readonly frame: number;
  /** Of one of its points. */
  readonly serial: number;
}

/** What of the graph the way leads over, by keys of nodes and links there. */
export interface WayMarks {
  readonly links: readonly string[];
  /** Where the step is that is looked at. */
  readonly here: string | undefined;
}

interface Way {
  readonly of: FrameRef | null;
  readonly marks: WayMarks;
}

const NO_MARKS: WayMarks = { links: [], here: undefined };

export const useWay = create<Way>()(() => ({ of: null, marks: NO_MARKS }));

export function showWay(of: FrameRef | null): void {
  useWay.setState({ of, marks: NO_MARKS });
}

/** Says what of the graph is to be marked. */
export function markWay(marks: WayMarks): void {
  useWay.setState({ marks });
}
