/** `virtlab screenshot`: runs a scenario to a virtual time, and writes what the screen of a VM shows then as a picture. */
import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '#base/result';
import type { AnswerOf } from '#hypervisor/questions';
import { askAt } from './open-lab.ts';
import { parseDuration } from './options.ts';
import { writePath } from './paths.ts';
import { type Pixels, pngFile, ppmFile } from './picture-file.ts';

const OPTIONS = {
  at: { type: 'string', default: '1s' },
  host: { type: 'string' },
  vm: { type: 'string' },
} as const;

/** Runs the command; the result is the exit status. */
export async function screenshot(
  args: readonly string[],
  print: (text: string) => void,
): Promise<Result<number>> {
  const { values, positionals } = parseArgs({
    ...{ args: [...args], options: OPTIONS, allowPositionals: true },
  });
  const [source, path] = positionals;
  const { vm } = values;
  if (source === undefined || path === undefined || vm === undefined || positionals.length > 2)
    return fail('usage', { command: 'screenshot' });
  const at = parseDuration(values.at, 'at');
  if (!at.ok) return at;
  const answer = await askAt(source, { host: values.host, atNs: at.value }, 'desktop', { vm }, { print });
  if (!answer.ok) return answer;
  const picture = answer.value.value as AnswerOf<'desktop'>;
  if (picture.width === 0) return fail('desktop.dark', { vm });
  const pixels = wholeOf(picture);
  const written = writePath(path, path.toLowerCase().endsWith('.ppm') ? ppmFile(pixels) : pngFile(pixels));
  return written.ok ? ok(0) : written;
}

/** The picture of which an answer has all tiles, as rows. */
export function wholeOf({ width, height, tile, tiles, pixels }: AnswerOf<'desktop'>): Pixels {
  const rgba = new Uint8Array(4 * width * height);
  const columns = Math.ceil(width / tile);
  let from = 0;
  for (const each of tiles) {
    const [x, y] = [tile * (each % columns), tile * Math.floor(each / columns)];
    const bytes = 4 * Math.min(tile, width - x);
    for (let row = y; row < Math.min(height, y + tile); row++, from += bytes)
      rgba.set(pixels.subarray(from, from + bytes), 4 * (width * row + x));
  }
  return { width, height, rgba };
}
