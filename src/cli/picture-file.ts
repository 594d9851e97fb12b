/** Pictures as files: PNG (ISO/IEC 15948), and PPM, which any program can read. */
import { deflateSync } from 'node:zlib';
import { crc32 } from '#base/crc32';

/** A picture as red, green, blue, alpha, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export function pngFile({ width, height, rgba }: Pixels): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  // Eight bits for each of red, green, blue and alpha; no interlacing.
  header.set([8, 6, 0, 0, 0], 8);
  // Each row begins with its filter: none.
  const stride = 4 * width;
  const rows = new Uint8Array((stride + 1) * height);
  for (let row = 0; row < height; row++)
    rows.set(rgba.subarray(stride * row, stride * (row + 1)), (stride + 1) * row + 1);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(Buffer.from(type, 'latin1'), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

export function ppmFile({ width, height, rgba }: Pixels): Uint8Array {
  const header = Buffer.from(`P6\n${width} ${height}\n255\n`, 'latin1');
  const rgb = new Uint8Array(3 * width * height);
  for (let at = 0; at < width * height; at++) rgb.set(rgba.subarray(4 * at, 4 * at + 3), 3 * at);
  return Buffer.concat([header, rgb]);
}
