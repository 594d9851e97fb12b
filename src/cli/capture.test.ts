/** `virtlab capture`: packets of a lab as a list and as a file, and a file as a list. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { must } from '#base/fixtures/must';
import { readCapture } from '#base/packets/pcapng';
import { rowOfHosts } from '#lab/fixtures/row-of-hosts';
import { capture } from './capture.ts';
import { outputOf } from './fixtures/output.ts';

const silent = (): void => undefined;
const folder = mkdtempSync(join(tmpdir(), 'virtlab-capture-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/** Two teaching kernels, one of which pings the other. */
function lab(): string {
  const path = join(folder, 'lab.json');
  const vm = (name: string, address: string) => ({ name, nics: [{ switch: 'lan', address }] });
  const hosts = [
    { name: 'h', switches: [{ name: 'lan' }], vms: [vm('a', '10.0.0.1/24'), vm('b', '10.0.0.2/24')] },
  ];
  const commands = [
    { at: 1e8, host: 0, op: 'console.input', args: { vm: 'a', text: 'ping 10.0.0.2 3 20\n' } },
  ];
  writeFileSync(path, JSON.stringify({ version: 1, hosts, commands }));
  return path;
}

/** What it prints, line by line. */
async function lists(...args: string[]): Promise<string[]> {
  const { result, out } = await outputOf(() => capture(args, silent));
  must(result);
  return out.split('\n').filter((line) => line.trim() !== '');
}

test('a lab’s packets are listed by a filter, at a port alone, and saved and listed again', async () => {
  const span = ['--for', '300ms'];
  const requests = await lists(lab(), ...span, '--filter', 'icmp.type == 8');
  expect(requests.filter((line) => line.includes('a/0')).length).toBe(3);
  expect(requests.filter((line) => line.includes('b/0')).length).toBe(3);
  expect(requests[0]).toMatch(/a\/0 +accepted +10\.0\.0\.1 +10\.0\.0\.2 +ICMP +98 +echo request/);

  const file = join(folder, 'b.pcapng');
  must(await capture([lab(), ...span, '--port', 'b/0', '--save', file], silent));
  const read = must(readCapture(new Uint8Array(readFileSync(file))));
  expect(read.ports).toEqual([{ name: 'b/0' }]);
  expect(await lists(file, '--filter', 'icmp')).toHaveLength(6);
});

test('a frame whose tag its port takes off is found by its VLAN', async () => {
  const path = join(folder, 'vlan.json');
  const port = { vlan: { access: 10 } };
  const vm = (name: string, address: string) => ({ name, nics: [{ switch: 'lan', address, port }] });
  const vms = [vm('a', '10.0.0.1/24'), vm('b', '10.0.0.2/24')];
  const commands = [
    { at: 1e8, host: 0, op: 'console.input', args: { vm: 'a', text: 'ping 10.0.0.2 1 20\n' } },
  ];
  const hosts = [{ name: 'h', switches: [{ name: 'lan' }], vms }];
  writeFileSync(path, JSON.stringify({ version: 1, hosts, commands }));
  const listed = (filter: string) => lists(path, '--for', '300ms', '--filter', filter);
  expect(await listed('icmp && vlan.id == 10')).toHaveLength(4);
  expect(await listed('icmp && vlan.id == 11')).toEqual([]);
});

test('a filter that is none, a switch that is none and a file that is none are said', async () => {
  expect(await capture([lab(), '--filter', 'tcp.prot'], silent)).toMatchObject({
    error: { code: 'filter.noField' },
  });
  expect(await capture([lab(), '--switch', 'wan'], silent)).toMatchObject({
    error: { code: 'capture.noSwitch' },
  });
  const file = join(folder, 'none.pcapng');
  writeFileSync(file, 'x'.repeat(100));
  expect(await capture([file], silent)).toMatchObject({ error: { code: 'capture.notOne' } });
  expect(await capture([], silent)).toMatchObject({ error: { code: 'usage' } });
});

test('the way of a frame goes on at other hosts, from the card that sent it to the card that has it', async () => {
  const path = join(folder, 'row.json');
  writeFileSync(path, JSON.stringify(rowOfHosts(3, 500_000)));
  const steps = (printed: readonly string[]): string[] =>
    printed.map((line) =>
      line
        .trim()
        .split(/\s{2,}/)
        .slice(1, 5)
        .join(' '),
    );
  const whole = [
    ...['left lan vm-left/0 sent', 'left lan vm-left/0 accepted', 'left lan vm-left/0 decided'],
    ...['left lan link/0 queued', 'left lan link/0 delivered'],
    ...[
      'middle lan link/0 accepted',
      'middle lan link/0 decided',
      'middle lan link/1 queued',
      'middle lan link/1 delivered',
    ],
    ...['right lan link/1 accepted', 'right lan link/1 decided', 'right lan vm-right/0 queued'],
    ...['right lan vm-right/0 delivered', 'right lan vm-right/0 received'],
  ];
  // From whichever host it is asked for.
  for (const host of ['left', 'right']) {
    const out = await lists(
      path,
      '--way',
      '--host',
      host,
      '--from',
      '250ms',
      '--for',
      '150ms',
      '--filter',
      'icmp.type == 8',
    );
    expect(steps(out).slice(0, whole.length)).toEqual(whole);
  }
});
