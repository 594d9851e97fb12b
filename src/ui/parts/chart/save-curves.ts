/** Curves as a file: every sample of a stretch, as a table of text. */
import { saveFile } from '../../kit/save-file.ts';
import { type ChartLine, csvOf, curvesOf, type SampleSource } from './curves.ts';
import type { Stretch } from './stretch.ts';

/** @param name of the file, without what tells its kind */
export function saveCurves(
  view: SampleSource,
  lines: readonly ChartLine[],
  stretch: Stretch,
  name: string,
): void {
  const names = lines.map(({ label }) => label);
  const text = csvOf(names, curvesOf(view, lines, stretch, Number.POSITIVE_INFINITY));
  saveFile(new TextEncoder().encode(text), `${name}.csv`);
}
