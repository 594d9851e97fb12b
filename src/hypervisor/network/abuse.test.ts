/** What a stream keeps beside a station that abuses the switch (R5): a few frames of each abuse. `measure network` takes a million. */
import { describe, expect, test } from 'vitest';
import { ABUSES, abused } from './fixtures/abuse.ts';
import { PORT_LIMIT, TABLE_LIMIT } from './forwarding-table.ts';

describe.each(ABUSES.map((abuse) => ({ abuse, id: abuse.id })))('$id', ({ abuse }) => {
  const found = abused(abuse, 20_000);

  test('a stream between others keeps nine tenths', () => {
    expect(found.sent).toBeGreaterThan(100);
    expect(found.came).toBeGreaterThanOrEqual(0.9 * found.sent);
  });

  test('addresses are bounded, and so is all that the switch holds', () => {
    expect(found.entries).toBeLessThanOrEqual(Math.min(TABLE_LIMIT, PORT_LIMIT + 4));
    expect(found.stateBytes).toBeLessThan(1 << 20);
  });
});

test('without its cure a flood, a storm or another’s address takes most of it', () => {
  for (const id of ['a storm of broadcasts', 'a flood to the receiver', 'the receiver’s address']) {
    const abuse = ABUSES.find((each) => each.id === id)!;
    const { came, sent } = abused(abuse, 20_000, false);
    expect(came / sent, id).toBeLessThan(0.9);
  }
});
