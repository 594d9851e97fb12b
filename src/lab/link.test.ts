import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AlarmSpec } from '#base/scenario';
import { decodeLink, encodeLink } from './link.ts';
import { scenarioArbitrary } from './scenario.arbitrary.ts';
import type { Scenario } from './scenario.ts';
import { BUILTIN_SCENARIO_NAMES, builtinScenario } from './scenarios/builtin.ts';

function linkOf(scenario: Scenario): string {
  const link = encodeLink(scenario);
  if (!link.ok) throw new Error(JSON.stringify(link.error));
  return link.value;
}

function codeOf(text: string): string {
  const result = decodeLink(text);
  return result.ok ? 'opened' : result.error.code;
}

test('a link gives back the scenario that it was made of', () => {
  fc.assert(
    fc.property(scenarioArbitrary, (scenario) => {
      expect(decodeLink(linkOf(scenario))).toEqual({ ok: true, value: scenario });
    }),
    { numRuns: 300 },
  );
});

test('the same scenario gives the same link, whatever the order of its keys', () => {
  const scenario = builtinScenario('first-visit', { linux: true })!;
  const turned = Object.fromEntries(Object.entries(scenario).reverse()) as unknown as Scenario;
  expect(linkOf(turned)).toBe(linkOf(scenario));
});

describe('a builtin scenario', () => {
  for (const name of BUILTIN_SCENARIO_NAMES)
    for (const linux of [true, false])
      test(`${name} ${linux ? 'with' : 'without'} Linux travels in a link under 1,500 characters`, () => {
        const scenario = builtinScenario(name, { linux })!;
        const link = linkOf(scenario);
        expect(link.length).toBeLessThan(1500);
        expect(decodeLink(link)).toEqual({ ok: true, value: scenario });
      });
});

test('links that earlier versions made still open', () => {
  const first = decodeLink(
    '1q1bKyC8uKVayiq5WykvMTVWyAgvoGirpKBWXZ5YkZ6SiSOYk5inVxuooleWiCJekJiZngDXlZSZDZBJTUopSi4FsJUMDPRA01DcyAeqt1UHTZYRXlxGGrpzMvNIKXWOgrszcxHSESElmXiVeo4xxGGVCulEmUKNAEAAGTitA',
  );
  expect(first).toEqual({ ok: true, value: builtinScenario('first-visit', { linux: true }) });
});

test('a file that only its owner has is named by the link, not carried', () => {
  const scenario = builtinScenario('busy-neighbour', { linux: false })!;
  const [host] = scenario.hosts;
  const vms = host!.vms.map((vm) => ({ ...vm, image: { kind: 'file' as const, name: 'kernel.elf' } }));
  const own: Scenario = { ...scenario, hosts: [{ ...host!, vms }] };
  expect(decodeLink(linkOf(own))).toEqual({ ok: true, value: own });
});

test('an alarm of a part travels with what its host does because of it', () => {
  const scenario = builtinScenario('busy-neighbour', { linux: false })!;
  const [host] = scenario.hosts;
  const alarm: AlarmSpec = {
    ...{ name: 'full', metric: 'vcpu-run', vm: 'busy', part: '0' },
    ...{ when: 'above', threshold: 0.5 },
    onFiring: [{ op: 'vm.setCpu', args: { vm: 'busy', capPercent: 20 } }],
    onResolved: [{ op: 'host.setScheduler', args: { scheduler: { kind: 'fair' } } }],
  };
  const own: Scenario = { ...scenario, hosts: [{ ...host!, alarms: [alarm] }] };
  expect(decodeLink(linkOf(own))).toEqual({ ok: true, value: own });
});

test('a scenario that could not be opened is refused when the link is made', () => {
  const scenario = builtinScenario('first-visit', { linux: false })!;
  const result = encodeLink({ ...scenario, seed: -1 });
  expect(result).toMatchObject({ ok: false, error: { code: 'scenario.tooSmall', where: 'seed' } });
});

test('a session of typing fits: 1,200 keys, each with its time', () => {
  const scenario = builtinScenario('first-visit', { linux: false })!;
  const words = 'help\nping 10.0.0.2\nps\nmem\ncpu 30\n';
  const commands = Array.from({ length: 1200 }, (_, key) => ({
    op: 'console.input' as const,
    args: { vm: key < 600 ? 'teach-1' : 'teach-2', text: words[key % words.length]! },
    at: 1_000_000_000 + key * 150_000_000 + ((key * 7919) % 900) * 100_000,
    host: 0,
  }));
  const typed: Scenario = { ...scenario, commands };
  const link = linkOf(typed);
  expect(link.length).toBeLessThan(8000);
  expect(decodeLink(link)).toEqual({ ok: true, value: typed });
});

test('a scenario too large for a link is refused', () => {
  const scenario = builtinScenario('first-visit', { linux: false })!;
  const random = fc.sample(fc.string({ minLength: 4000, maxLength: 4000, unit: 'grapheme-ascii' }), 16);
  const commands = random.map((text, index) => ({
    ...({ op: 'console.input', args: { vm: 'teach-1', text } } as const),
    at: index,
    host: 0,
  }));
  expect(encodeLink({ ...scenario, commands })).toMatchObject({ ok: false, error: { code: 'link.tooLong' } });
  const steps = Array.from({ length: 257 }, (_, at) => ({
    ...({ op: at % 2 === 0 ? 'vm.pause' : 'vm.resume', args: { vm: 'teach-1' } } as const),
    at,
    host: 0,
  }));
  expect(encodeLink({ ...scenario, commands: steps })).toMatchObject({
    ok: false,
    error: { code: 'document.listTooLong', data: { found: 257, limit: 256 } },
  });
});

describe('a link that was', () => {
  const link = linkOf(builtinScenario('first-visit', { linux: true })!);

  test('cut anywhere is refused as that', () => {
    for (let length = 0; length < link.length; length++)
      expect(codeOf(link.slice(0, length))).toBe(length === 0 ? 'link.empty' : 'link.cut');
  });

  test('mistyped in one character is refused, never opened as another lab, and does not seem to be cut', () => {
    const codes: string[] = [];
    for (let at = 1; at < link.length; at++)
      for (const other of 'Aa09-_')
        if (other !== link[at]) codes.push(codeOf(link.slice(0, at) + other + link.slice(at + 1)));
    expect(new Set(codes)).toEqual(new Set(['link.altered']));
  });

  test('made by a later version is refused by its number', () => {
    expect(decodeLink(`2${link.slice(1)}`)).toMatchObject({
      ok: false,
      error: { code: 'scenario.version', data: { found: 2, known: 1 } },
    });
  });

  test('garbled is refused', () => {
    expect(codeOf('hello world')).toBe('link.notALink');
    expect(codeOf('1 %20')).toBe('link.cut');
    expect(codeOf(`1${'A'.repeat(40)}`)).toBe('link.altered');
  });
});
