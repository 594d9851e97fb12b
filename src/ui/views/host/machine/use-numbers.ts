/** How figures are written, and that there is none yet. */
import { useFormat } from '../../../parts/lab.tsx';
import type { Figure } from './figures.ts';

export function useNumbers(): { rate: (value: Figure) => string; percent: (value: Figure) => string } {
  const format = useFormat();
  return {
    rate: (value) => (value === null ? '–' : format.count(value)),
    percent: (value) => (value === null ? '–' : format.percent(value)),
  };
}
