/**
 * What is known of a frame of host RAM besides who has it and for what: a byte of bits, as the question `frame-marks` gives them and
 * the frame map draws them.
 */

/** Bit of each mark. */
export const FRAME_MARKS = {
  /** A of a G-stage leaf that leads to it: a hart or a device has read it since A was last cleared. */
  accessed: 1,
  /** D of such a leaf: it has been written since D was last cleared. */
  dirty: 2,
  /** It has been written since a checkpoint last looked at what is new. */
  written: 4,
  /** Instructions have been decoded in it. */
  code: 8,
  /** A device holds it. */
  pinned: 16,
} as const;
