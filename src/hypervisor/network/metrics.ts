/** What a port counts; directions are the endpoint's: `in` has come from it, `out` was delivered to it. */
export const PORT_COUNTERS = [
  'framesIn',
  'bytesIn',
  'framesOut',
  'bytesOut',
  /** Frames that ended at one of its stages, in either direction; why, the stages count. */
  'dropped',
] as const;
export type PortCounter = (typeof PORT_COUNTERS)[number];

/** What a switch counts. */
export const SWITCH_COUNTERS = [
  /** To the one port that the table names. */
  'forwarded',
  /** To ports that a part of the switch chose. */
  'chosen',
  /** To all other ports: group address, or unknown. */
  'flooded',
  /** Not sent on: the destination lies behind the port that it came from, or is link-local. */
  'filtered',
  'learned',
  /** An address appeared behind another port. */
  'moved',
  /** An address was not learned since the table, or the port's part of it, was full. */
  'notLearned',
] as const;
export type SwitchCounter = (typeof SWITCH_COUNTERS)[number];
