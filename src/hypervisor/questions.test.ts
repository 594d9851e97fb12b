/** Questions by name: what is refused, what every answer has, and a host that is given one more. */
import { expect, test } from 'vitest';
import { ok } from '#base/result';
import { bootHost, ENGINE, ENVIRONMENT, SETTINGS, teachingKernel, vmSpec } from './fixtures/test-host.ts';
import { Host } from './host.ts';
import { defineVmQuestion } from './questions/question.ts';
import { REGISTRIES } from './registries.ts';

const KERNEL = teachingKernel();
const MS = 1_000_000;

test('every question has a name of its own, and says what it answers', () => {
  const questions = REGISTRIES.questions.all;
  expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length);
  for (const { id, text } of questions)
    expect([id, text.en.length > 10, /\p{Script=Han}/u.test(text.zh)]).toEqual([id, true, true]);
});

test('an answer says when it was true, and asking changes nothing', () => {
  const desktop = { kind: 'gpu', width: 64, height: 48 } as const;
  const remoteDesktops = [{ role: 'viewer', vm: 'a', switch: 'lan' }] as const;
  const appliances = [
    { name: 'out', kind: 'gateway', switch: 'lan' },
    { name: 'r', kind: 'router', interfaces: [{ port: 'eth0', switch: 'lan', address: '10.0.0.2/24' }] },
  ] as const;
  const host = bootHost([vmSpec('a', KERNEL, { desktop, nics: [{ switch: 'lan' }] })], {
    remoteDesktops,
    appliances,
  });
  host.execute({ op: 'vm.setDirtyLog', args: { vm: 'a', on: true } });
  host.execute({ op: 'vm.setRecording', args: { vm: 'a', on: true } });
  host.execute({ op: 'capture.start', args: { name: 'all', bytes: 65_536, snap: 2048 } });
  host.advance(50 * MS);
  const before = host.hash();
  const asked: readonly (readonly [string, object])[] = [
    ['vm', { vm: 'a' }],
    ['vms', {}],
    ['desktop', { vm: 'a' }],
    ['remote-desktop', { vm: 'a' }],
    ['registers', { vm: 'a' }],
    ['walk', { vm: 'a', address: '0xffffffc080001000', access: 'execute' }],
    ['spaces', { vm: 'a' }],
    ['memory', { vm: 'a', space: 'gpa', address: '0x80200000', bytes: 64 }],
    ['code', { vm: 'a' }],
    ['stack', { vm: 'a' }],
    ['wait', { vm: 'a' }],
    ['symbols', { vm: 'a', part: 'main' }],
    ['names', { vm: 'a', addresses: ['0x80200000'] }],
    ['exits', { vm: 'a' }],
    ['metrics', { vm: 'a' }],
    ['alarms', {}],
    ['measured', {}],
    ['prometheus', {}],
    ['series', { vm: 'a', metric: 'cpu' }],
    ['conclusions', {}],
    ['contributors', { metric: 'cpu', atNs: 40_000_000 }],
    ['frames', { from: 0, count: 8 }],
    ['sharing', {}],
    ['huge-pages', {}],
    ['address-space', { vm: 'a' }],
    ['io', {}],
    ['scheduling', {}],
    ['adjustment', {}],
    [
      'dry-run',
      { policy: { name: 'p', vm: 'a', target: 'cpu-weight', terms: [{ metric: 'steal', coefficient: 10 }] } },
    ],
    ['conditions', { conditions: [{ metric: 'cpu@a', above: 0 }, { metric: 'cpu@' }] }],
    ['disk-ways', {}],
    ['comparison', {}],
    ['overhead', { run: 'virtio-vm' }],
    ['promises', {}],
    ['reclaim', {}],
    ['offsets', { vm: 'a' }],
    ['frame-marks', { from: 0, count: 1 << 20 }],
    ['dirty', { vm: 'a' }],
    ['fault-curves', { vm: 'a' }],
    ['balloon', {}],
    ['walls', { vm: 'a' }],
    ['devices', { vm: 'a', device: 'virtio0' }],
    ['tlb', { vm: 'a' }],
    ['timeline', { hart: 0, fromNs: 0, toNs: 50 * MS, limit: 8 }],
    ['exit-trail', { hart: 0, fromNs: 0, toNs: 50 * MS, limit: 8 }],
    ['run-queue', { fromNs: 0, toNs: 50 * MS }],
    ['machine', {}],
    ['extensions', {}],
    ['switches', {}],
    ['card-allocation', {}],
    ['port', { switch: 'lan', port: 'a/0' }],
    ['gateway', { appliance: 'out' }],
    ['router', { appliance: 'r' }],
    ['captures', {}],
    ['capture', { name: 'all', filter: 'arp' }],
    ['trace', { name: 'all', filter: 'arp' }],
    ['passing', { from: 1, count: 40 }],
    ['events', {}],
    ['snapshots', { vm: 'a' }],
    ['disk-layers', { vm: 'a' }],
    ['sealed-layers', {}],
    ['vm-file', { vm: 'a' }],
    ['vm-hash', { vm: 'a' }],
    ['agent', { vm: 'a' }],
  ];
  for (const [id, args] of asked)
    expect([id, host.ask(id, args)]).toMatchObject([id, { ok: true, value: { at: 50 * MS } }]);
  const names = new Set(asked.map(([id]) => id));
  // The image of this host has no names, and its VM no agent.
  expect(REGISTRIES.questions.all.map(({ id }) => id).filter((id) => !names.has(id))).toEqual([
    'bare',
    'bare-walk',
    'symbol',
    'agent-file',
  ]);
  for (const [id, args] of [
    ['bare', {}],
    ['bare-walk', { address: '0x0' }],
  ] as const)
    expect(host.ask(id, args)).toMatchObject({ error: { code: 'host.noSoftware' } });
  expect(host.ask('agent-file', { vm: 'a', request: 1 })).toMatchObject({ error: { code: 'agent.noFile' } });
  expect(host.ask('symbol', { vm: 'a', name: 'main' })).toMatchObject({ error: { code: 'no-such-symbol' } });
  expect(host.ask('gateway', { appliance: 'in' })).toMatchObject({ error: { code: 'network.noAppliance' } });
  expect(host.hash()).toBe(before);
});

test('what comes from anywhere is checked: names, arguments, and no more than these', () => {
  const host = bootHost([vmSpec('a', KERNEL)]);
  const code = (id: string, args: unknown): unknown => {
    const answer = host.ask(id, args);
    return answer.ok ? 'ok' : answer.error.code;
  };
  expect(code('weather', {})).toBe('no-such-question');
  expect(code('vm', { vm: 'b' })).toBe('no-such-vm');
  expect(code('registers', { vm: 'a', vcpu: 3 })).toBe('no-such-vcpu');
  expect(code('registers', { vm: 'a', vcpu: -1 })).toBe('scenario.tooSmall');
  expect(code('walk', { vm: 'a' })).toBe('scenario.missing');
  expect(code('walk', { vm: 'a', address: 'zz' })).toBe('bad-address');
  expect(code('walk', { vm: 'a', address: '0x0', access: 'smell' })).toBe('scenario.choice');
  expect(code('machine', { more: 1 })).toBe('scenario.unknownKey');
  for (const odd of [null, 'x', 7]) expect(code('vm', odd)).toBe('scenario.type');
});

test('a host that is given a question of somebody’s own answers it', () => {
  const age = defineVmQuestion({
    id: 'age',
    text: { en: 'how long a VM has been up', zh: '虚拟机已运行多久' },
    ask: (vm, _, host) => ok(host.now - vm.startedAtNs),
  });
  const spec = { name: 'h', ramBytes: 32 << 20, harts: 1, switches: [], timeSliceNs: 1e7 };
  const registries = { ...REGISTRIES, questions: REGISTRIES.questions.and([age]) };
  const host = Host.create(ENGINE, { ...spec, vms: [vmSpec('a', KERNEL)] }, SETTINGS, {
    ...ENVIRONMENT,
    registries,
  });
  host.advance(20 * MS);
  expect(host.ask('age', { vm: 'a' })).toEqual(ok({ at: 20 * MS, value: 20 * MS }));
});
