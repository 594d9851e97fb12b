/** What a network card counts. */
export const NET_COUNTERS = [
  'framesIn',
  'bytesIn',
  'framesOut',
  'bytesOut',
  /** Frames for the guest that found no buffer, or one too small, or no driver. */
  'droppedIn',
  /** Frames of the guest that were too short or too long, or met a link that is down. */
  'droppedOut',
] as const;

export type NetCounter = (typeof NET_COUNTERS)[number];
