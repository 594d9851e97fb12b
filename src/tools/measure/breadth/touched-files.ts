/** How many files of the product each kind of thing touches, besides its own. */
import { countTouched } from '../../breadth/count.ts';
import type { FigureGroup } from '../figure.ts';

export const TOUCHED_FILES: FigureGroup = {
  id: 'touched-files',
  async measure({ say }) {
    return countTouched(say).map(({ thing, touched }) => {
      say(`${thing}: ${touched.join(', ') || 'nothing'}`);
      return { name: `files touched by: ${thing}`, value: touched.length };
    });
  },
};
