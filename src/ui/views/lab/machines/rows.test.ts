import { expect, test } from 'vitest';
import type { LabDescription, VmDescription } from '#bridge/protocol/answers';
import { formatFor } from '../../../kit/format.ts';
import { asBefore, COLUMNS, filtered, nextOrder, orderOf, rowsOf, sorted, type VmRow } from './rows.ts';

function vm(name: string, state: VmDescription['state'] = 'stopped', address?: string): VmDescription {
  return {
    slot: 0,
    state,
    terminal: { columns: 80, rows: 25, follows: true },
    spec: {
      name,
      image: { kind: 'builtin', name: 'teaching-kernel' },
      memoryBytes: 1 << 22,
      vcpus: 1,
      allocation: 'fixed',
      disks: [],
      nics: address === undefined ? [] : [{ switch: 'lan', address }],
      autostart: true,
    },
  };
}

const LAB: LabDescription = {
  title: '',
  seed: 1,
  links: [],
  vmCommands: [],
  layout: {},
  hosts: [
    {
      name: 'a',
      ramBytes: 1,
      harts: 1,
      switches: ['lan'],
      vms: [vm('vm-10', 'running', '10.0.0.7/24'), vm('vm-2')],
    },
    { name: 'b', ramBytes: 1, harts: 1, switches: [], vms: [vm('vm-2', 'failed')] },
  ],
};
const ROWS = rowsOf(
  LAB,
  () => undefined,
  () => 'Lehrkern',
);
const keys = (rows: readonly VmRow[]): string[] => rows.map(({ key }) => key);
const withCpu = (row: VmRow, cpu: number | null): VmRow => ({ ...row, cpu });

test('a VM that does not run has no rates, rather than rates of 0', () => {
  for (const { id, text } of COLUMNS.filter((column) =>
    ['cpu', 'disk', 'network', 'exits'].includes(column.id),
  ))
    expect([id, text(ROWS[1]!, formatFor('en'))]).toEqual([id, '–']);
});

test('how much memory a VM has is not known before its host has told', () => {
  const memory = COLUMNS.find(({ id }) => id === 'memory')!;
  expect(memory.text(ROWS[0]!, formatFor('en'))).toBe('– / 4 MiB');
});

test('names are sorted as a person counts, and VMs of one name stay in the order of their hosts', () => {
  expect(keys(sorted(ROWS, orderOf('name')))).toEqual(['0/vm-2', '1/vm-2', '0/vm-10']);
  expect(keys(sorted(ROWS, orderOf('-name')))).toEqual(['0/vm-10', '0/vm-2', '1/vm-2']);
});

test('the highest number comes first, and what is not known last, whichever way round', () => {
  const rows = [withCpu(ROWS[0]!, null), withCpu(ROWS[1]!, 0.1), withCpu(ROWS[2]!, 0.9)];
  expect(keys(sorted(rows, orderOf('cpu')))).toEqual(['1/vm-2', '0/vm-2', '0/vm-10']);
  expect(keys(sorted(rows, orderOf('-cpu')))).toEqual(['0/vm-2', '1/vm-2', '0/vm-10']);
});

test('a filter looks for all its words in names, hosts, states, images and addresses', () => {
  const found = (text: string): string[] => keys(filtered(ROWS, text, () => 'läuft'));
  expect(found('')).toEqual(keys(ROWS));
  expect(found('VM-2 failed')).toEqual(['1/vm-2']);
  expect(found('10.0.0.7')).toEqual(['0/vm-10']);
  expect(found('teaching lan')).toEqual(['0/vm-10']);
  expect(found('läuft lan')).toEqual(['0/vm-10']);
  expect(found('lehrkern')).toEqual(keys(ROWS));
  expect(found('vm-3')).toEqual([]);
});

test('a header leads to its order, then the other way round, then back', () => {
  const cpu = COLUMNS.find(({ id }) => id === 'cpu')!;
  const steps = [undefined, 'cpu', '-cpu'].map((text) => nextOrder(orderOf(text), cpu));
  expect(steps).toEqual(['cpu', '-cpu', undefined]);
  expect(nextOrder(orderOf('name'), cpu)).toBe('cpu');
  expect(orderOf('nonsense')).toBeUndefined();
});

test('rows that stand still keep their places, and new ones come last', () => {
  expect(keys(asBefore(ROWS, ['1/vm-2', '0/vm-10']))).toEqual(['1/vm-2', '0/vm-10', '0/vm-2']);
});
