import { expect, test } from 'vitest';
import { toggled } from './extension-choice.ts';

const ROWS = [
  { name: 'Zba', needs: [] },
  { name: 'Sv48', needs: [] },
  { name: 'Sv57', needs: ['Sv48'] },
];

test('one that needs another brings it, and it cannot be left out alone', () => {
  const with57 = toggled(ROWS, ['Zba'], 'Sv57');
  expect(with57).toEqual({ names: ['Zba', 'Sv48', 'Sv57'] });
  expect(toggled(ROWS, with57.names, 'Sv48')).toEqual({
    names: with57.names,
    refused: { name: 'Sv48', by: 'Sv57' },
  });
  const without = toggled(ROWS, with57.names, 'Sv57');
  expect(without).toEqual({ names: ['Zba', 'Sv48'] });
  expect(toggled(ROWS, without.names, 'Sv48')).toEqual({ names: ['Zba'] });
});
