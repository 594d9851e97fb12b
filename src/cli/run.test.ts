/** `virtlab run` on what a lecturer would give it: builtin names, files, links; its report and its exit status. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import { must } from '#base/fixtures/must';
import { assemble } from '#isa/assemble';
import { encodeLink } from '#lab/link';
import type { Scenario } from '#lab/scenario';
import { firstVisit } from '#lab/scenarios/first-visit';
import { outputOf } from './fixtures/output.ts';
import { run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'virtlab-run-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Printed {
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly out: string;
  readonly problems: string;
}

async function runs(...args: string[]): Promise<Printed> {
  let problems = '';
  const { result, out } = await outputOf(() =>
    run(args, (text) => {
      problems += text;
    }),
  );
  return {
    ...(result.ok
      ? { status: result.value, code: undefined }
      : { status: undefined, code: result.error.code }),
    out,
    problems,
  };
}

function fileOf(name: string, document: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof document === 'string' ? document : JSON.stringify(document));
  return path;
}

function hashIn(out: string): string | undefined {
  return (JSON.parse(out) as { hosts: { hash: string }[] }).hosts[0]?.hash;
}

const SCENARIO: Scenario = firstVisit({ linux: false });

test('the same scenario as a file, as a link and as an address ends in the same hash', async () => {
  const link = encodeLink(SCENARIO);
  if (!link.ok) throw new Error(link.error.code);
  const path = fileOf('whole.json', SCENARIO);
  const sources = [path, link.value, `#${link.value}`, `https://lab.example/virtlab/#${link.value}`];
  // As chat programs and mail give them.
  sources.push(
    `<https://lab.example/#${link.value}>.`,
    `https://lab.example/%23${link.value}?utm_source=chat`,
  );
  const hashes: (string | undefined)[] = [];
  for (const source of sources)
    hashes.push(hashIn((await runs(source, '--for', '100ms', '--hash', '--json')).out));
  expect(hashes[0]).toMatch(/^[0-9a-f]{16}$/);
  expect(new Set(hashes).size).toBe(1);
});

test('a link is said to be whole, or cut, or altered: what was copied by hand may be any of these', async () => {
  const link = must(encodeLink(SCENARIO));
  const whole = await runs(`#${link}`, '--for', '10ms');
  expect(whole.problems).toContain('the link is whole, and its check sum is right; hosts: 1, VMs:');
  expect((await runs('first-visit', '--for', '10ms')).problems).not.toContain('link');
  expect((await runs(`#${link.slice(0, -5)}`)).code).toBe('link.cut');
  const other = link[60] === 'x' ? 'y' : 'x';
  expect((await runs(`#${link.slice(0, 60)}${other}${link.slice(61)}`)).code).toBe('link.altered');
});

test('a builtin scenario is run by its name; the report names every VM with its state', async () => {
  const { status, out } = await runs('busy-neighbour', '--for', '300ms');
  expect(status).toBe(0);
  for (const vm of ['steady', 'busy', 'idle']) expect(out).toMatch(new RegExp(`${vm} +running`));
});

test('a VM that cannot start is a problem, and the exit status says so', async () => {
  const tooLarge = { name: 'big', memoryBytes: 64 << 20, allocation: 'fixed' };
  const path = fileOf('big.json', {
    version: 1,
    hosts: [{ name: 'h', ramBytes: 64 << 20, vms: [tooLarge] }],
  });
  const { status, problems } = await runs(path, '--for', '10ms');
  expect(status).toBe(1);
  expect(problems).toContain('h/big');
});

test('a guest that reports that it has failed is a problem too', async () => {
  // SBI system reset: shut down, for the reason "system failure".
  const panic = must(
    assemble('li a7, 0x53525354\nli a6, 0\nli a0, 0\nli a1, 1\necall\nagain: j again', RAM_BASE),
  );
  writeFileSync(join(folder, 'panic.bin'), panic.bytes);
  const vm = { name: 'a', image: { kind: 'file', name: 'panic.bin' } };
  const path = fileOf('panic.json', { version: 1, hosts: [{ name: 'h', vms: [vm] }] });
  const { status, problems, out } = await runs(path, '--for', '10ms');
  expect(status).toBe(1);
  expect(problems.match(/h\/a: The guest reported that it failed/g)).toHaveLength(1);
  expect(out).toMatch(/a +failed/);
});

test('a failure that was mended before the end is none: the state of the VMs at the end decides', async () => {
  const image = { kind: 'file', name: 'panic.bin' };
  const vms = [
    { name: 'a', image },
    { name: 'b', image },
  ];
  const commands = [
    { at: 5e6, op: 'vm.delete', args: { vm: 'a' } },
    { at: 5e6, op: 'vm.create', args: { vm: { name: 'a', image: 'teaching' } } },
    { at: 5e6, op: 'vm.start', args: { vm: 'a' } },
  ];
  const document = { version: 1, hosts: [{ name: 'h', vms }], commands };
  const { status, problems } = await runs(fileOf('mended.json', document), '--for', '10ms');
  expect(status).toBe(1);
  expect(problems).not.toContain('h/a');
  expect(problems).toContain('h/b: The guest reported that it failed');
});

test('a run ends at a time that is named, on the clock or so long after its beginning', async () => {
  const path = fileOf('until.json', SCENARIO);
  const endOf = async (...args: string[]): Promise<number> =>
    (JSON.parse((await runs(path, '--json', ...args)).out) as { virtualNs: number }).virtualNs;
  expect(await endOf('--until', '0:00.02')).toBe(20_000_000);
  expect(await endOf('--until', '20 ms')).toBe(20_000_000);
  expect(await endOf('--until', '+20ms')).toBe(20_000_000);
  expect(await endOf('--for', '20 毫秒')).toBe(20_000_000);
});

test('what is no scenario is refused by name', async () => {
  expect((await runs('nothing')).code).toBe('run.noScenario');
  expect((await runs(fileOf('text.json', 'hello'))).code).toBe('document.notJson');
  expect((await runs(fileOf('wrong.json', { version: 1, hosts: [] }))).code).toBe('scenario.empty');
  expect((await runs(`1${'A'.repeat(40)}`)).code).toBe('link.altered');
  expect((await runs('first-visit', '--for', 'ever')).code).toBe('option.duration');
  expect((await runs('first-visit', '--until', 'noon')).code).toBe('option.duration');
  expect((await runs('first-visit', '--for', '1s', '--until', '1s')).code).toBe('usage');
  expect((await runs()).code).toBe('usage');
});

test('a file that the scenario names and that is not beside it is said to be missing', async () => {
  const own = { name: 'own', image: { kind: 'file', name: 'kernel.elf' } };
  const path = fileOf('own.json', { version: 1, hosts: [{ name: 'h', vms: [own] }] });
  expect((await runs(path)).code).toBe('file.unreadable');
});

test('conflicts between cards are said, over links between hosts too, and are no failure', async () => {
  const vm = (name: string, ...nics: object[]) => ({ name, nics });
  const host = (name: string, ...vms: object[]) => ({ name, switches: [{ name: 'lan' }], vms });
  const document = {
    version: 1,
    hosts: [
      host(
        'h',
        vm('a', { address: '10.0.0.1/24', mac: '52:54:00:00:00:01' }),
        vm('b', { mac: '52:54:00:00:00:01' }),
      ),
      host('i', vm('c', { address: '10.0.0.1/24' }), vm('d', { address: '10.0.0.255/24' })),
    ],
    links: [{ a: 'h/lan', b: 'i/lan', delayNs: 1e6 }],
  };
  const { status, out } = await runs(fileOf('conflicts.json', document), '--for', '10ms', '--json');
  const { warnings } = JSON.parse(out) as { warnings: string[] };
  expect(status).toBe(0);
  expect(warnings).toContainEqual(expect.stringMatching(/^i\/c: .*10\.0\.0\.1 of c is taken: a has it/));
  expect(warnings).toContainEqual(expect.stringMatching(/^h\/b: .*52:54:00:00:00:01/));
  expect(warnings).toContainEqual(expect.stringMatching(/^i\/d: .*broadcast/));
});
