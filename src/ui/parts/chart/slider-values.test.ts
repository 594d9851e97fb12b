import { expect, test } from 'vitest';
import { writeSlider } from './slider-values.ts';

test('the slider of a chart tells the stretch that is drawn, in seconds', () => {
  const said = new Map<string, string>();
  const slider = { setAttribute: (name: string, value: string) => void said.set(name, value) };
  writeSlider(slider, { fromNs: 0, toNs: 1e9, atNs: 1e9, text: '1 s' });
  writeSlider(slider, { fromNs: 2e9, toNs: 12e9, atNs: 11.5e9, text: '11.5 s' });
  expect(Object.fromEntries(said)).toEqual({
    'aria-valuemin': '2',
    'aria-valuemax': '12',
    'aria-valuenow': '11.5',
    'aria-valuetext': '11.5 s',
  });
});
