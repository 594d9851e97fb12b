/** Where links between hosts lead. */
import { expect, test } from 'vitest';
import type { LabDescription } from '#bridge/protocol/answers';
import { linkEnd } from './switch-place.ts';

test('a link leads to the other host', () => {
  const ends = { a: { host: 0, switch: 'd' }, b: { host: 1, switch: 'lan' } };
  const lab = { hosts: [{ name: 'one' }, { name: 'two' }], links: [ends] } as unknown as LabDescription;
  expect([linkEnd(lab, 0, 0), linkEnd(lab, 1, 0), linkEnd(lab, 0, undefined)]).toEqual([
    'two/lan',
    'one/d',
    '',
  ]);
});
