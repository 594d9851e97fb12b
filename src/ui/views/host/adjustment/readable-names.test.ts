/** What the form of a policy offers are names that its expressions can be written with. */
import { expect, test } from 'vitest';
import type { MeasuredRow } from '../../../parts/samples/rows.ts';
import { offersFor, partsWith } from './readable-names.ts';

const row = (id: string, scope: MeasuredRow['scope'], labels: readonly Record<string, string>[]) =>
  ({ id, scope, values: labels.map((each) => ({ labels: each, value: 0 })) }) as unknown as MeasuredRow;
const ROWS = [
  row('cpu', 'vm', [{ vm: 'a' }, { vm: 'b' }]),
  row('disk-queue', 'disk', [
    { vm: 'a', disk: '0' },
    { vm: 'b', disk: '1' },
  ]),
  row('port-queue', 'port', [{ switch: 'lan', port: 'a/0' }]),
];

test('parts are those of the VM, or of the host', () => {
  expect(partsWith(ROWS, 'disk-queue', 'a')).toEqual(['0']);
  expect(partsWith(ROWS, 'port-queue', undefined)).toEqual(['lan/a/0']);
  expect(partsWith(ROWS, 'cpu', 'a')).toEqual([]);
});

test('metrics of the VM and the host, their parts, and alarms', () => {
  const offered = offersFor(ROWS, 'b', ['slow', 'a (b)']).map(({ value }) => value);
  for (const name of ['cpu', 'host-memory-free', 'disk-queue[1]', 'port-queue[lan/a/0]'])
    expect(offered).toContain(name);
  expect(offered).not.toContain('disk-queue');
  expect(offered.slice(-2)).toEqual(['alarm(slow)', 'alarm("a (b)")']);
});
