/** `npm run breadth`: for each thing that the structure is made for, the files of the product that it touches besides its own. */
import { WANTED } from '../measure/breadth/wanted.ts';
import { countTouched } from './count.ts';

for (const { thing, touched } of countTouched((text) => process.stderr.write(`${text}\n`))) {
  const row = WANTED.find(({ name }) => name === `files touched by: ${thing}`);
  const bound = row?.bound !== undefined && 'most' in row.bound ? String(row.bound.most) : '?';
  process.stdout.write(`${thing}: ${touched.length} (wanted: at most ${bound})\n`);
  for (const path of touched) process.stdout.write(`    ${path}\n`);
}
