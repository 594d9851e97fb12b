import { expect, test } from 'vitest';
import { cpuFrom } from './vm-cpu.ts';

test('a part of the CPUs is said in words', () => {
  expect(cpuFrom('weight=200,cap=50,harts=0+2,pinned=true')).toEqual({
    ok: true,
    value: { weight: 200, capPercent: 50, harts: [0, 2], pinned: true },
  });
  expect(cpuFrom('budget=4ms,period=10ms,together=false')).toEqual({
    ok: true,
    value: { realTime: { periodNs: 10_000_000, budgetNs: 4_000_000 }, together: false },
  });
});

test.each([
  ['speed=9', 'option.unknown', 'speed'],
  ['constructor=1', 'option.unknown', 'constructor'],
  ['period=9', 'option.duration', 'cpu period'],
])('%s is refused', (text, code, option) => {
  expect(cpuFrom(text)).toMatchObject({ ok: false, error: { code, data: { option } } });
});
