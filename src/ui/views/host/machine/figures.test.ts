import { expect, test } from 'vitest';
import type { MachineState } from '#bridge/protocol/answers';
import { figuresOf, speedsOf } from './figures.ts';

const START: MachineState = {
  wallMs: 1000,
  harts: [
    { instructions: 0, translated: 0, guestNs: 0, stallNs: 0, hypervisorNs: 0, idleNs: 0 },
    { instructions: 500, translated: 0, guestNs: 0, stallNs: 0, hypervisorNs: 0, idleNs: 0 },
  ],
  tlb: {
    misses: { load: 5, store: 5, execute: 5 },
    accesses: { execute: 1, load: 0.25 },
    walks: { vs: 10, g: 20 },
    shortWalks: { vs: 0, g: 10 },
    references: { vs: 30, g: 40 },
  },
  traps: 0,
  interrupts: 0,
  costs: { events: [], exits: [] },
  exits: [
    { reason: 'sbi', count: 7, costNs: 0 },
    { reason: 'wfi', count: 0, costNs: 0 },
  ],
  translator: { regions: 1, live: 1, dropped: 0, bytes: 10, instructions: 5, ms: 100, entered: 0 },
  breakpoints: [],
};
const LATER: MachineState = {
  ...START,
  wallMs: 3000,
  harts: [
    { instructions: 1500, translated: 1200, guestNs: 30, stallNs: 15, hypervisorNs: 10, idleNs: 60 },
    { instructions: 1000, translated: 0, guestNs: 0, stallNs: 0, hypervisorNs: 0, idleNs: 0 },
  ],
  tlb: {
    misses: { load: 9, store: 5, execute: 25 },
    accesses: { execute: 1, load: 0.2 },
    walks: { vs: 20, g: 40 },
    shortWalks: { vs: 5, g: 25 },
    references: { vs: 50, g: 70 },
  },
  exits: [
    { reason: 'sbi', count: 17, costNs: 0 },
    { reason: 'wfi', count: 2, costNs: 0 },
  ],
  translator: { ...START.translator, ms: 300, entered: 4 },
};

test('two answers make rates per second and shares of what was between them', () => {
  const figures = figuresOf(START, LATER);
  expect(figures.instructions).toBe(1000);
  expect(figures.translated).toBe(0.6);
  expect(figures.harts[0]).toEqual({
    instructions: 750,
    translated: 0.8,
    guest: 0.3,
    stall: 0.15,
    hypervisor: 0.1,
    idle: 0.6,
  });
  expect(figures.accesses).toEqual([
    { kind: 'load', misses: 2, missesPerThousand: 2, hits: 0.99, isEstimate: true },
    { kind: 'store', misses: 0, missesPerThousand: 0, hits: null, isEstimate: true },
    { kind: 'execute', misses: 10, missesPerThousand: 10, hits: 0.99, isEstimate: false },
  ]);
  expect(figures.vs).toEqual({ walks: 5, hits: 0.5, references: 2 });
  expect(figures.g).toEqual({ walks: 10, hits: 0.75, references: 1.5 });
  expect(figures.exits).toBe(6);
  expect(Object.entries(figures.exitRates)).toEqual([
    ['sbi', 5],
    ['wfi', 1],
  ]);
  expect(figures.translatorTime).toBe(0.1);
  expect(figures.perCall).toBe(300);
  expect(speedsOf(figures, 3000)).toEqual({ wallMs: 3000, translated: 600, interpreted: 400 });
});

test('one answer alone has shares since the start and no rates; of nothing there is no share', () => {
  const figures = figuresOf(null, LATER);
  expect([figures.instructions, figures.exits, figures.translatorTime]).toEqual([null, null, null]);
  expect(figures.translated).toBe(0.48);
  const nothing = figuresOf(START, { ...START, wallMs: 2000 });
  expect([nothing.instructions, nothing.translated, nothing.vs.hits]).toEqual([0, null, null]);
});

test('a machine that was switched on anew counts from nothing, never backwards', () => {
  expect(figuresOf(LATER, { ...START, wallMs: 4000 }).instructions).toBe(0);
});
