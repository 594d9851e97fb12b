import { expect, test } from 'vitest';
import type { Breakpoint } from '#bridge/protocol/answers';
import { added, inSpace, keyOf, removed, toggled } from './breakpoint-list.ts';

const HERE: Breakpoint = { kind: 'address', vm: 'a', address: '0x1000' };
const IN_SPACE: Breakpoint = { ...HERE, space: '0x8' };
const EXIT: Breakpoint = { kind: 'exit', vm: 'a', reason: 'sbi' };

test('one that is there is not added again; an address in one space and in any are two', () => {
  expect(added(EXIT)([HERE, EXIT])).toEqual([HERE, EXIT]);
  expect(added(IN_SPACE)([HERE])).toEqual([HERE, IN_SPACE]);
  expect(keyOf(HERE)).not.toBe(keyOf(IN_SPACE));
});

test('removing takes that one alone', () => {
  expect(removed(HERE)([HERE, IN_SPACE, EXIT])).toEqual([IN_SPACE, EXIT]);
});

test('a click takes away what would stop here, in this space or in any, and otherwise sets one', () => {
  expect(toggled('a', '0x1000', '0x8')([])).toEqual([HERE]);
  expect(toggled('a', '0x1000', '0x8')([HERE, IN_SPACE, EXIT])).toEqual([EXIT]);
  expect(toggled('a', '0x1000', '0x9')([IN_SPACE])).toEqual([IN_SPACE, HERE]);
  expect(toggled('b', '0x1000', '0x8')([HERE])).toEqual([HERE, { ...HERE, vm: 'b' }]);
});

test('a breakpoint can be narrowed to an address space and widened again', () => {
  expect(inSpace(HERE, '0x8')([EXIT, HERE])).toEqual([EXIT, IN_SPACE]);
  expect(inSpace(IN_SPACE, undefined)([IN_SPACE])).toEqual([HERE]);
});
