/** What is chosen in the form of an alarm becomes commands that a host takes from one. */
import { expect, test } from 'vitest';
import { commandsOf, NO_REACTION, type ReactionDraft } from './reaction.ts';

const of = (change: Partial<ReactionDraft>) => commandsOf({ ...NO_REACTION, vm: 'a', ...change });

test('nothing is no command; what is not said yet is none either', () => {
  expect(of({})).toEqual([]);
  expect(of({ deed: 'cap' })).toBeUndefined();
  expect(of({ deed: 'type' })).toBeUndefined();
});

test('each deed is its command', () => {
  expect(of({ deed: 'pause' })).toEqual([{ op: 'vm.pause', args: { vm: 'a' } }]);
  expect(of({ deed: 'cap', capPercent: '20' })).toEqual([
    { op: 'vm.setCpu', args: { vm: 'a', capPercent: 20 } },
  ]);
  expect(of({ deed: 'type', text: 'cpu 0' })).toEqual([
    { op: 'console.input', args: { vm: 'a', text: 'cpu 0\n' } },
  ]);
});
