import { expect, test } from 'vitest';
import type { EntryFlags, WalkStep } from '#bridge/protocol/answers';
import { rightsSoFar } from './walk-rights.ts';

function step(stage: 'VS' | 'G', purpose: 'vs-entry' | 'final', set: string): WalkStep {
  const flags = Object.fromEntries([...'vrwxugad'].map((flag) => [flag, set.includes(flag)]));
  return {
    ...{ stage, purpose, level: 0, forVsLevel: -1, index: 0, value: '0x0', kind: 'leaf', sets: '' },
    flags: flags as unknown as EntryFlags,
  };
}

test('both leaves of a page count, and neither pointers nor what the pages of tables permit', () => {
  const steps = [
    step('G', 'vs-entry', 'v'),
    step('G', 'vs-entry', 'vru'),
    step('VS', 'final', 'v'),
    step('VS', 'final', 'vrx'),
    step('G', 'final', 'vrwu'),
  ];
  expect(rightsSoFar({ steps })).toEqual([undefined, undefined, undefined, 'r-x', 'r--']);
});

test('an entry that is not valid permits nothing that could count', () => {
  expect(rightsSoFar({ steps: [step('VS', 'final', 'rwx')] })).toEqual([undefined]);
});
