import { expect, test, vi } from 'vitest';
import { ok } from '#base/result';
import { defineQuestion, type Question } from './question.ts';
import { QuestionList } from './question-list.ts';

function question(id: string): Question {
  const text = { en: id, zh: id };
  return defineQuestion({ id, text, arguments: {}, ask: () => ok(id) }) as Question;
}
const [FIRST, RARE, OWN] = ['first', 'rare', 'own'].map(question) as [Question, Question, Question];

test('what is asked at once is there at once, and the rest comes once, when it is first asked for', async () => {
  const load = vi.fn(async () => [FIRST, RARE]);
  const list = new QuestionList([FIRST], load);
  await list.come('first');
  expect(list.find('first')).toBe(FIRST);
  expect(load).not.toHaveBeenCalled();
  expect(() => list.find('rare')).toThrow('have come before');
  await Promise.all([list.come('rare'), list.come()]);
  expect(load).toHaveBeenCalledTimes(1);
  expect([list.find('rare'), list.find('none'), list.all]).toEqual([RARE, undefined, [FIRST, RARE]]);
});

test('what could not be had is asked for again', async () => {
  const load = vi.fn(async () => [RARE]);
  load.mockRejectedValueOnce(new Error('no network'));
  const list = new QuestionList([], load);
  await expect(list.come('rare')).rejects.toThrow('no network');
  await list.come('rare');
  expect(list.find('rare')).toBe(RARE);
});

test('a longer list has what it adds', async () => {
  const list = new QuestionList([FIRST], async () => [FIRST, RARE]).and([OWN]);
  expect(list.find('own')).toBe(OWN);
  await list.come();
  expect(list.all).toEqual([FIRST, RARE, OWN]);
});
