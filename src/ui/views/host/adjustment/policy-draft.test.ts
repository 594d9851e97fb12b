/** What is written in the form of a policy is the document that the host reads, and back. */
import { expect, test } from 'vitest';
import type { PolicySpec } from '#base/scenario';
import { draftOf, isRight, newDraft, specOf } from './policy-draft.ts';

const POLICY: PolicySpec = {
  ...{ name: 'enough', vm: 'web', target: 'cpu-weight', device: 0 },
  terms: [
    { metric: 'steal', coefficient: 200 },
    { metric: '1', coefficient: -40 },
  ],
  when: { metric: 'steal', above: 0.1 },
  ...{
    holdNs: 100_000_000,
    coolDownNs: 200_000_000,
    overNs: 1_000_000_000,
    priority: 2,
    step: 60,
    most: 900,
  },
};

test('a policy that is edited and not changed is the same document', () => {
  expect(specOf(draftOf(POLICY))).toEqual(POLICY);
  const { when: _, step: __, most: ___, ...plain } = POLICY;
  expect(specOf(draftOf(plain))).toEqual(plain);
});

test('one that is new is none before it has a name and a term', () => {
  const fresh = newDraft('web', 'cpu-weight');
  expect(specOf(fresh)).toBeUndefined();
  const terms = [{ metric: ' steal ', coefficient: '200' }];
  expect(specOf({ ...fresh, terms })).toBeUndefined();
  expect(specOf({ ...fresh, name: 'two words', terms })).toBeUndefined();
  expect(specOf({ ...fresh, name: 'enough', terms })).toMatchObject({
    terms: [{ metric: 'steal', coefficient: 200 }],
    coolDownNs: 1_000_000_000,
  });
});

test('numbers that cannot be are said at their field', () => {
  const draft = draftOf(POLICY);
  expect(isRight({ ...draft, device: 16 }, 'device')).toBe(false);
  expect(isRight({ ...draft, holdMs: '' }, 'holdMs')).toBe(false);
  expect(isRight({ ...draft, step: '' }, 'step')).toBe(true);
  expect(specOf({ ...draft, priority: 101 })).toBeUndefined();
});
