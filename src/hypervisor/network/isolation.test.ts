/** Ports that are kept apart: what hostile frames reach, judged by who knows what each frame is. */
import { expect, test } from 'vitest';
import { leaksIn } from './fixtures/isolation/leaks.ts';

test('no frame leaks across VLANs, private ports, access lists and guards, and none that may pass is withheld', () => {
  const { leaks, withheld, examples, deliveries } = leaksIn(1, 20_000);
  expect(examples).toEqual([]);
  expect({ leaks, withheld }).toEqual({ leaks: 0, withheld: 0 });
  expect(deliveries).toBeGreaterThan(5000);
});
