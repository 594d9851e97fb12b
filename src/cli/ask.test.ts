/** `virtlab ask`: the answers of the lab, as JSON; what cannot be asked is said in a sentence that helps. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { REGISTRIES } from '#hypervisor/registries';
import { ask } from './ask.ts';
import { describe as sentenceOf } from './messages.ts';
import { openLab } from './open-lab.ts';

afterEach(() => vi.restoreAllMocks());

/** What the command prints: its output, its help, or the sentence of its error. */
async function asks(...args: string[]): Promise<string> {
  let out = '';
  const print = (text: string): boolean => {
    out += text;
    return true;
  };
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => print(String(text)));
  const result = await ask(args, print);
  write.mockRestore();
  return result.ok ? out : sentenceOf(result.error);
}

const POLICY = { name: 'p', vm: 'busy', target: 'cpu-weight', terms: [{ metric: 'steal', coefficient: 9 }] };

/** Every question, as words and as data. */
const ASKED: readonly (readonly [string, readonly string[], object])[] = [
  [
    'walk',
    ['--vm', 'busy', '--address', '0xffffffc080001000', '--access', 'execute'],
    { vm: 'busy', address: '0xffffffc080001000', access: 'execute' },
  ],
  [
    'walk',
    ['--vm', 'busy', '--address', '0x10000', '--space', 'pid:1', '--mode', 'VU'],
    { vm: 'busy', address: '0x10000', space: 'pid:1', mode: 'VU' },
  ],
  ['spaces', ['--vm', 'busy'], { vm: 'busy' }],
  ['frames', ['--from', '524288', '--count', '3', '--owner', '0'], { from: 524_288, count: 3, owner: 0 }],
  [
    'memory',
    ['--vm', 'busy', '--space', 'gpa', '--address', '0x80001000', '--bytes', '16'],
    { vm: 'busy', space: 'gpa', address: '0x80001000', bytes: 16 },
  ],
  ['registers', ['--vm', 'busy', '--vcpu', '0'], { vm: 'busy', vcpu: 0 }],
  ['exits', ['--vm', 'steady'], { vm: 'steady' }],
  ['code', ['--vm', 'busy'], { vm: 'busy' }],
  ['wait', ['--vm', 'idle', '--vcpu', '0'], { vm: 'idle', vcpu: 0 }],
  ['symbols', ['--vm', 'busy', '--part', 'trap'], { vm: 'busy', part: 'trap' }],
  ['names', ['--vm', 'busy', '--addresses', '0x1,0x2'], { vm: 'busy', addresses: ['0x1', '0x2'] }],
  ['symbol', ['--vm', 'busy', '--name', 'main'], { vm: 'busy', name: 'main' }],
  [
    'timeline',
    ['--hart', '0', '--fromNs', '0', '--toNs', '300000000', '--limit', '5'],
    { hart: 0, fromNs: 0, toNs: 300_000_000, limit: 5 },
  ],
  [
    'exit-trail',
    ['--hart', '0', '--fromNs', '0', '--toNs', '300000000', '--limit', '5'],
    { hart: 0, fromNs: 0, toNs: 300_000_000, limit: 5 },
  ],
  ['run-queue', ['--fromNs', '0', '--toNs', '300000000'], { fromNs: 0, toNs: 300_000_000 }],
  ['switches', [], {}],
  ['card-allocation', [], {}],
  ['port', ['--switch', 'lan', '--port', 'busy/0'], { switch: 'lan', port: 'busy/0' }],
  ['captures', [], {}],
  ['passing', ['--count', '5'], { count: 5 }],
  ['vm', ['--vm', 'idle'], { vm: 'idle' }],
  ['vms', [], {}],
  ['agent', ['--vm', 'busy'], { vm: 'busy' }],
  ['stack', ['--vm', 'busy'], { vm: 'busy' }],
  ['sharing', [], {}],
  ['huge-pages', [], {}],
  ['extensions', [], {}],
  ['address-space', ['--vm', 'busy'], { vm: 'busy' }],
  ['io', [], {}],
  ['scheduling', [], {}],
  ['adjustment', [], {}],
  ['dry-run', ['--policy', JSON.stringify(POLICY)], { policy: POLICY }],
  ['disk-ways', [], {}],
  ['comparison', [], {}],
  ['overhead', ['--run', 'dma-whole'], { run: 'dma-whole' }],
  ['promises', [], {}],
  ['reclaim', [], {}],
  ['tlb', ['--vm', 'busy'], { vm: 'busy' }],
  ['balloon', [], {}],
  ['walls', ['--vm', 'busy'], { vm: 'busy' }],
  ['devices', ['--vm', 'busy', '--device', 'plic'], { vm: 'busy', device: 'plic' }],
  ['offsets', ['--vm', 'busy'], { vm: 'busy' }],
  ['frame-marks', ['--from', '524288', '--count', '4'], { from: 524288, count: 4 }],
  ['snapshots', ['--vm', 'idle'], { vm: 'idle' }],
  ['disk-layers', ['--vm', 'idle'], { vm: 'idle' }],
  ['sealed-layers', [], {}],
  ['vm-file', ['--vm', 'idle'], { vm: 'idle' }],
  ['vm-hash', ['--vm', 'idle'], { vm: 'idle' }],
  ['metrics', ['--vm', 'busy', '--metrics', 'cpu,memory'], { vm: 'busy', metrics: ['cpu', 'memory'] }],
  [
    'conditions',
    ['--conditions', '[{"metric":"cpu@busy","above":0}]', '--overNs', '100000000'],
    { conditions: [{ metric: 'cpu@busy', above: 0 }], overNs: 100_000_000 },
  ],
  ['alarms', [], {}],
  ['measured', [], {}],
  ['prometheus', [], {}],
  [
    'series',
    ['--metric', 'host-guests', '--resolution', 'fine', '--limit', '2'],
    { metric: 'host-guests', resolution: 'fine', limit: 2 },
  ],
  ['contributors', ['--metric', 'cpu', '--atNs', '300000000'], { metric: 'cpu', atNs: 300_000_000 }],
  ['conclusions', ['--vm', 'busy', '--windowNs', '5000000000'], { vm: 'busy', windowNs: 5_000_000_000 }],
  ['events', ['--since', '2'], { since: 2 }],
];

/** As it is in the answer, without what JSON has no word for. */
function lists(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, each: unknown) => {
      if (each instanceof Uint8Array) return Buffer.from(each).toString('hex');
      return ArrayBuffer.isView(each) ? [...(each as Float64Array)] : each;
    }),
  );
}

describe('what the lab answers at a virtual time', async () => {
  const opened = await openLab('busy-neighbour');
  if (!opened.ok) throw new Error(opened.error.code);
  await opened.value.advance(300_000_000);

  test.each(ASKED)('%s', async (id, words, args) => {
    const answer = await opened.value.ask(0, id, args);
    expect(answer).toMatchObject({ ok: true, value: { at: 300_000_000 } });
    const out = await asks('busy-neighbour', id, '--at', '300ms', '--json', ...words);
    expect(JSON.parse(out)).toEqual(lists(answer.ok ? answer.value : undefined));
  });

  test('every question is among them; that of the machine tells wall time, and others are of what is not here', () => {
    const asked = new Set(ASKED.map(([id]) => id));
    expect(REGISTRIES.questions.all.map(({ id }) => id).filter((id) => !asked.has(id))).toEqual([
      'bare',
      'bare-walk',
      'machine',
      'dirty',
      'fault-curves',
      'gateway',
      'router',
      'capture',
      'trace',
      'remote-desktop',
      'agent-file',
      'desktop',
    ]);
  });
});

test('a series is a table of text: a row for each sample, with average and maximum as the question answers them', async () => {
  const words = ['busy-neighbour', 'series', '--at', '300ms', '--metric', 'cpu', '--vm', 'busy'];
  const { value } = JSON.parse(await asks(...words, '--json')) as {
    value: { atNs: number[]; average: number[]; maximum: number[] };
  };
  const [head, ...rows] = (await asks(...words, '--csv')).trim().split('\n');
  expect(head).toBe('virtualNs,average,maximum');
  expect(rows.length).toBeGreaterThan(20);
  expect(rows).toEqual(value.atNs.map((at, n) => `${at},${value.average[n]},${value.maximum[n]}`));
  expect(await asks('busy-neighbour', 'vms', '--at', '1ms', '--csv')).toMatch(/“vms”.*--csv/);
});

test('the help lists all questions with what they take', async () => {
  const help = await asks('--help');
  for (const { id } of REGISTRIES.questions.all) expect(help).toMatch(new RegExp(`^  ${id}\\b`, 'm'));
  expect(help).toContain(
    'walk --vm text [--vcpu number] --address text [--access load|store|execute] [--space text] [--mode VS|VU]',
  );
  expect(help).toContain('[--metrics text,…]');
});

test('what cannot be asked is said, with what can', async () => {
  expect(await asks('busy-neighbour', 'weather')).toMatch(/“weather”.*walk/);
  expect(await asks('busy-neighbour', 'exits', '--vm', 'busy', '--hart', '1')).toMatch(/--hart.*takes: vm/);
  expect(await asks('busy-neighbour', 'exits', '--at', '1ms')).toContain('vm');
  expect(await asks('busy-neighbour', 'exits', '--vm', 'nobody', '--at', '1ms')).toContain('nobody');
  expect(await asks('busy-neighbour', 'walk', '--vm', 'busy', '--address', 'zz', '--at', '1ms')).toContain(
    'zz',
  );
  expect(await asks('busy-neighbour', 'vms', '--host', 'attic')).toMatch(/“attic”/);
  expect(await asks('nowhere', 'vms')).toContain('nowhere');
  expect(await asks('busy-neighbour')).toContain('ask');
});

test('without --json a person can read it', async () => {
  const out = await asks('busy-neighbour', 'vms', '--at', '100ms');
  expect(out).toMatch(/^at: 100000000$/m);
  expect(out).toMatch(/name: steady/);
});
