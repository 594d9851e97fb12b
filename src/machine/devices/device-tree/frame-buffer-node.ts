/** A screen that is memory, as kernels are told of it (the binding `simple-framebuffer`). */
import { BYTES_PER_PIXEL } from '../display/pixels.ts';
import { type TreeNode, wide } from './writer.ts';

/** Where it lies, and how large it is in pixels; rows follow each other without a gap. */
export interface FrameBufferPlace {
  readonly start: number;
  readonly width: number;
  readonly height: number;
}

export function frameBufferNode({ start, width, height }: FrameBufferPlace): TreeNode {
  return {
    name: `framebuffer@${start.toString(16)}`,
    properties: {
      compatible: 'simple-framebuffer',
      reg: [...wide(start), ...wide(BYTES_PER_PIXEL * width * height)],
      width,
      height,
      stride: BYTES_PER_PIXEL * width,
      format: 'x8r8g8b8',
    },
  };
}
