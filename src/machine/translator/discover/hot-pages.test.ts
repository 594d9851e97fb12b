import { expect, test } from 'vitest';
import { USUAL_PACE } from '../../translation-policy.ts';
import { HALF_LIFE, HotPages } from './hot-pages.ts';

const PAGE = 0x1000;
const ADDRESS = { vaLo: 0, vaHi: 0, tlb: 0, context: 0 };

/** Whether a page with one hot instruction becomes hot by so many samples, with so many instructions of translated code between two. */
function becomesHot(samples: number, between: number): boolean {
  const hot = new HotPages(USUAL_PACE);
  let isHot = false;
  for (let n = 1; n <= samples; n++) {
    hot.passed(1, n * between);
    isHot ||= hot.note({ page: PAGE, offset: 0, address: ADDRESS });
  }
  return isHot;
}

test('samples that follow each other make a page hot', () => {
  expect(becomesHot(USUAL_PACE.hot - 1, 0)).toBe(false);
  expect(becomesHot(USUAL_PACE.hot, 0)).toBe(true);
  // Nearly all of the time is spent elsewhere, but not for long.
  expect(becomesHot(2 * USUAL_PACE.hot, HALF_LIFE / 100)).toBe(true);
});

test('code that is come to now and then stays cold, however long that goes on', () => {
  expect(becomesHot(1000 * USUAL_PACE.hot, HALF_LIFE / 4)).toBe(false);
});

test('a page whose code has often changed is hot in the end', () => {
  const hot = new HotPages(USUAL_PACE);
  for (let n = 0; n < 6; n++) hot.changed(PAGE);
  let needed = 1;
  for (; needed < 100_000; needed++) {
    hot.passed(1, 0);
    if (hot.note({ page: PAGE, offset: 0, address: ADDRESS })) break;
  }
  expect(needed).toBe(USUAL_PACE.hot * 4 ** 6);
});

test('a loss grows old as a page does', () => {
  const hot = new HotPages(USUAL_PACE);
  const loss = { ...hot.cold, samples: 100 };
  hot.passed(0, HALF_LIFE - 1);
  hot.cool(loss);
  expect(loss.samples).toBe(100);
  hot.passed(0, 3 * HALF_LIFE);
  hot.cool(loss);
  expect(loss.samples).toBe(12);
  // A count that begins anew makes nothing young.
  hot.passed(0, 0);
  hot.cool(loss);
  expect(loss.samples).toBe(12);
});
