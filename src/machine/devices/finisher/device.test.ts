import { expect, test } from 'vitest';
import { type Finish, Finisher } from './device.ts';

test('the three words end, fail or reset; anything else does nothing', () => {
  const seen: Finish[] = [];
  const finisher = new Finisher({ onFinish: (finish) => seen.push(finish) });
  finisher.write(0, 4, 0x5555);
  finisher.write(0, 4, 0x0007_3333);
  finisher.write(0, 4, 0x7777);
  finisher.write(0, 4, 0x1234);
  finisher.write(4, 4, 0x5555);
  expect(seen).toEqual([{ kind: 'pass' }, { kind: 'fail', code: 7 }, { kind: 'reset' }]);
  expect(finisher.read()).toBe(0);
});
