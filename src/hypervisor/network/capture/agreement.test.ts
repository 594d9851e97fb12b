/** Whatever happens to frames: cards, ports, captures and the picture of what passes have counted the same, to the frame. */
import { expect, test } from 'vitest';
import { cardAgreement } from '../fixtures/agreement/cards.ts';
import type { Agreement } from '../fixtures/agreement/comparison.ts';
import { switchAgreement } from '../fixtures/agreement/one-switch.ts';
import { networkAgreement } from '../fixtures/agreement/whole-network.ts';

function expectAgreed({ differences, differing, compared }: Agreement, least: number): void {
  expect(differences).toEqual([]);
  expect(differing).toBe(0);
  expect(compared).toBeGreaterThanOrEqual(least);
}

test('at a switch whose stages and parts drop, delay, double and copy', () => {
  const found = switchAgreement(11, 8000);
  expectAgreed(found, 46);
  expect(found.delivered).toBeGreaterThan(800);
});

test('over trunks, appliances, mirrors and a link between hosts', () => {
  const found = networkAgreement(5, 2000);
  expectAgreed(found, 40);
  expect(found.delivered).toBeGreaterThan(2000);
});

test('from the card of a guest to that of another', () => {
  const found = cardAgreement(8);
  expectAgreed(found, 20);
  expect(found.sent).toBeGreaterThan(300);
  expect(found.delivered).toBeGreaterThan(found.sent);
});
