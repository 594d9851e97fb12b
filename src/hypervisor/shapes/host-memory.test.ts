import * as v from 'valibot';
import { expect, test } from 'vitest';
import { FIFO } from '../memory/swap/policies/fifo.ts';
import { hostMemoryShape } from './host-memory.ts';

test('a host may be told to go by the policies that it was created with, and by no other', () => {
  const shape = hostMemoryShape({ policies: [{ ...FIFO, id: 'own' }] });
  expect(v.is(shape, { swap: { policy: 'own' } })).toBe(true);
  expect(v.is(shape, { swap: { policy: 'fifo' } })).toBe(false);
});
