/**
 * Formats of pixels of four bytes, and the one form in which pictures leave a machine: red, green, blue, alpha, byte by byte.
 */

/** Where each colour stands within a pixel's four bytes; the fourth is alpha where there is one. */
export interface PixelFormat {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number | undefined;
}

/** Blue first, as `XRGB8888` of a little-endian machine: what frame buffers have that a device tree describes. */
export const X8R8G8B8: PixelFormat = { blue: 0, green: 1, red: 2, alpha: undefined };

export const BYTES_PER_PIXEL = 4;

/**
 * Copies pixels.
 * @param keepAlpha as it is; pictures on a screen are opaque
 */
export function toRgba(
  source: Uint8Array,
  from: number,
  pixels: number,
  { red, green, blue, alpha }: PixelFormat,
  target: Uint8Array,
  to: number,
  keepAlpha = false,
): void {
  for (let i = 0; i < pixels; i++) {
    const at = from + BYTES_PER_PIXEL * i;
    const out = to + BYTES_PER_PIXEL * i;
    target[out] = source[at + red]!;
    target[out + 1] = source[at + green]!;
    target[out + 2] = source[at + blue]!;
    target[out + 3] = keepAlpha && alpha !== undefined ? source[at + alpha]! : 0xff;
  }
}
