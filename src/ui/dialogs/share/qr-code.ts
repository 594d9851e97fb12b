/**
 * A link as a QR code: black on white with a quiet zone, whatever the theme, as cameras want it (ISO/IEC 18004, §6.3.8). As much
 * error correction as there is room for at the same size.
 */
import { encode } from 'uqr';

/** Characters of a link that the largest code (version 40, error correction L) holds: ISO/IEC 18004, table 7, bytes. */
export const MOST_CHARACTERS = 2953;
/** Modules of nothing around a code. */
const QUIET_ZONE = 4;
/** Of a picture, for slides and paper. */
const PIXELS_PER_MODULE = 8;

export interface QrCode {
  /** Modules from side to side, quiet zone included. */
  readonly size: number;
  /** The black modules, row by row. */
  readonly rows: readonly (readonly boolean[])[];
}

/** The code of a text of one-byte characters that is no longer than {@link MOST_CHARACTERS}. */
export function qrCodeOf(text: string): QrCode {
  const { size, data } = encode(text, { ecc: 'L', boostEcc: true, border: QUIET_ZONE });
  return { size, rows: data };
}

/** The black modules as the path of an SVG whose unit is a module. */
export function pathOf({ rows }: QrCode): string {
  return rows
    .flatMap((row, y) =>
      row.flatMap((isBlack, x) => {
        if (!isBlack || row[x - 1] === true) return [];
        const end = row.indexOf(false, x);
        return [`M${x} ${y}h${(end < 0 ? row.length : end) - x}v1H${x}z`];
      }),
    )
    .join('');
}

/** A file of its own. */
export function svgOf(code: QrCode): string {
  const { size } = code;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${pathOf(code)}"/></svg>`;
}

/** The bytes of a PNG. */
export async function pngOf({ size, rows }: QrCode): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(size * PIXELS_PER_MODULE, size * PIXELS_PER_MODULE);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = '#000';
  context.scale(PIXELS_PER_MODULE, PIXELS_PER_MODULE);
  for (const [y, row] of rows.entries())
    for (const [x, isBlack] of row.entries()) if (isBlack) context.fillRect(x, y, 1, 1);
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
}
