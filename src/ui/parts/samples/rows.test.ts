import { expect, test } from 'vitest';
import { found, keyOfThing, type MeasuredRow, measuredOf, nowOf } from './rows.ts';

function row(id: string, kind: 'counter' | 'level', values: Readonly<Record<string, number>>): MeasuredRow {
  return {
    ...{ id, kind, scope: 'vm', name: `vm_${id}`, unit: 'bytes' },
    title: { en: `Title of ${id}`, zh: `${id}标题` },
    meaning: { en: 'Counter of its device', zh: '设备计数' },
    values: Object.entries(values).map(([vm, value]) => ({ labels: { vm }, value })),
  };
}

test('a level is as it is; a counter is by how much it grew a second, where it was there before', () => {
  const before = { at: 1e9, rows: [row('read', 'counter', { a: 100, b: 50 })] };
  expect(nowOf(row('used', 'level', { a: 7 }), 3e9, before)).toEqual([7]);
  expect(nowOf(row('read', 'counter', { a: 500, b: 50, c: 9 }), 3e9, before)).toEqual([200, 0, Number.NaN]);
  expect(nowOf(row('read', 'counter', { a: 500 }), 3e9, undefined)).toEqual([Number.NaN]);
  expect(nowOf(row('read', 'counter', { a: 500 }), 1e9, before)).toEqual([Number.NaN]);
});

test('rows are found by all words, of either language', () => {
  const rows = [row('read', 'counter', {}), row('used', 'level', {})];
  expect(found(rows, '').map(({ id }) => id)).toEqual(['read', 'used']);
  expect(found(rows, 'TITLE use').map(({ id }) => id)).toEqual(['used']);
  expect(found(rows, 'read标题').map(({ id }) => id)).toEqual(['read']);
  expect(found(rows, 'device nothing')).toEqual([]);
});

test('what a line is of is called alike by its row, by alarms and by conclusions', () => {
  const disks = { scope: 'disk', values: [{ labels: { vm: 'a', disk: '1' }, value: 0 }] } as const;
  const ports = { scope: 'port', values: [{ labels: { switch: 'lan', port: 'a/0' }, value: 0 }] } as const;
  expect([disks, ports].flatMap(measuredOf).map(({ key }) => key)).toEqual(['a/1', 'lan/a/0']);
  expect([{ vm: 'a', part: '1' }, { part: 'lan/a/0' }, {}].map(keyOfThing)).toEqual(['a/1', 'lan/a/0', '']);
});
