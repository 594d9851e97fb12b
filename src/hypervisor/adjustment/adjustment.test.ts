/** Policies of a host with guests: what they measure, do and say; another run and another host make the same decisions. */
import { beforeAll, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { AlarmSpec, HostSpec, PolicySpec } from '#base/scenario';
import { copyOf, ENGINE, ENVIRONMENT, program, SETTINGS, vmOf, vmSpec } from '../fixtures/test-host.ts';
import { Host } from '../host.ts';
import { comeWhole, REGISTRIES } from '../registries.ts';
import type { AdjustmentAnswer } from './questions/adjustment.ts';
import type { DryStep } from './questions/dry-run.ts';

const MS = 1_000_000;
/** Slow harts: what guests do here takes no more instructions than it has to. */
const SLOW = { ...SETTINGS, nsPerInstruction: 500, quantumInstructions: 200 };
/** Counts for ever. */
const SPIN = program('spin', 'loop: addi a0, a0, 1\n j loop');

/** Keeps what a VM waits for a hart near 0.2 by its weight. */
const POLICY: PolicySpec = {
  ...{ name: 'enough', vm: 'web', target: 'cpu-weight', device: 0 },
  terms: [
    { metric: 'steal', coefficient: 200 },
    { metric: '1', coefficient: -40 },
  ],
  ...{ holdNs: 0, coolDownNs: 200 * MS, overNs: 200 * MS, priority: 0, step: 60 },
};

beforeAll(() => comeWhole(REGISTRIES));

function boot(policies: readonly PolicySpec[], more: Partial<HostSpec> = {}): Host {
  const vms = ['web', 'a', 'b'].map((name) => vmSpec(name, SPIN));
  const spec: HostSpec = {
    ...{ name: 'host', ramBytes: 32 << 20, harts: 1, switches: [], vms, timeSliceNs: 2 * MS },
    ...{ scheduler: { kind: 'fair' }, ...more },
    ...(policies.length === 0 ? {} : { policies }),
  };
  return Host.create(ENGINE, spec, SLOW, ENVIRONMENT);
}
/** What part of the time a VM waits for a hart, from now on. */
function waits(host: Host, vm: string, span: number): number {
  const stolen = (): number => vmOf(host, vm).vcpus.reduce((sum, { stealNs }) => sum + stealNs, 0);
  const before = stolen();
  host.advance(host.now + span);
  return (stolen() - before) / span;
}
const asked = (host: Host): AdjustmentAnswer => must(host.ask('adjustment', {})).value as AdjustmentAnswer;

test('a policy keeps a VM from waiting, and says what it saw and did; without it the VM waits', () => {
  const without = boot([]);
  without.advance(3000 * MS);
  expect(waits(without, 'web', 500 * MS)).toBeGreaterThan(0.6);
  const host = boot([POLICY]);
  host.advance(8000 * MS);
  expect(waits(host, 'web', 2000 * MS)).toBeCloseTo(0.2, 1);
  const { policies, decisions } = asked(host);
  expect(policies).toMatchObject([{ spec: { name: 'enough' }, value: vmOf(host, 'web').spec.cpu?.weight }]);
  for (const { inputs, adjustment, from, to, result } of decisions) {
    expect(adjustment).toBeCloseTo(200 * inputs[0]! - 40);
    expect(to).toBe(Math.round(from + Math.min(60, Math.max(-60, adjustment))));
    expect(result).toBe('done');
  }
  expect(decisions[0]).toMatchObject({ from: 100, to: 160 });
  // Each begins where the one before ended, not sooner than its cool-down.
  for (const [n, { at, from }] of decisions.slice(1).entries()) {
    expect(from).toBe(decisions[n]!.to);
    expect(at - decisions[n]!.at).toBeGreaterThanOrEqual(200 * MS);
  }
});

test('a host that was saved goes on to the same decisions, however it is advanced', () => {
  const whole = boot([POLICY]);
  whole.advance(2000 * MS);
  const cut = boot([POLICY]);
  for (let at = 0; at < 730; at += 37) cut.advance(at * MS);
  const restored = copyOf(cut);
  restored.advance(2000 * MS);
  expect(restored.hash()).toBe(whole.hash());
  expect(restored.adjustment.decisions).toEqual(whole.adjustment.decisions);
});

test('a policy comes, changes and goes while guests run; of two for one thing the higher acts', () => {
  const host = boot([]);
  host.advance(500 * MS);
  const set = (name: string, policy: PolicySpec | null) =>
    must(host.execute({ op: 'host.setPolicy', args: { name, policy } }));
  set('enough', POLICY);
  set('less', { ...POLICY, name: 'less', priority: 5, terms: [{ metric: '1', coefficient: -10 }] });
  host.advance(700 * MS);
  expect(asked(host).decisions).toMatchObject([
    { policy: 'less', from: 100, to: 90, result: 'done' },
    { policy: 'enough', result: 'outranked' },
  ]);
  set('less', null);
  set('enough', null);
  host.advance(1500 * MS);
  expect(asked(host)).toMatchObject({ policies: [] });
  expect(host.spec.policies).toEqual([]);
  const { length } = asked(host).decisions;
  host.advance(2000 * MS);
  expect(asked(host).decisions).toHaveLength(length);
});

test.each([
  ['policy.noMetric', { terms: [{ metric: 'speed', coefficient: 1 }] }],
  ['policy.badExpression', { terms: [{ metric: 'steal +', coefficient: 1 }] }],
  ['policy.noTerms', { terms: [] }],
  ['policy.noTarget', { target: 'luck' }],
])('%s', (code, change) => {
  const policy = { ...POLICY, ...change };
  const refused = boot([]).execute({ op: 'host.setPolicy', args: { name: 'enough', policy } });
  expect(refused.ok ? 'done' : refused.error.code).toBe(code);
});

test('memory, disk and network of a VM are adjusted as the commands would; what it has not is left alone', () => {
  const policies = ['cpu-cap', 'memory', 'disk-requests', 'disk-bytes', 'network-rate'].map(
    (target): PolicySpec => ({
      ...{ ...POLICY, name: target, target, most: 1e11 },
      terms: [{ metric: '1', coefficient: target === 'cpu-cap' ? -30 : -(1 << 20) }],
      ...{ step: 1 << 30, coolDownNs: 10_000 * MS },
    }),
  );
  const vm = {
    ...vmSpec('web', SPIN),
    memoryBytes: 8 << 20,
    ...{ devices: [{ kind: 'balloon' }], disks: [{ sizeBytes: 1 << 20 }], nics: [{ switch: 'lan' }] },
  };
  const host = boot(policies, { vms: [vm, vmSpec('a', SPIN)], switches: [{ name: 'lan' }] });
  host.advance(700 * MS);
  expect(asked(host).decisions.filter(({ result }) => result === 'refused')).toEqual([]);
  expect(vmOf(host, 'web').spec.cpu).toEqual({ capPercent: 70 });
  expect(vmOf(host, 'web').devices.balloon?.targetPages).toBe(256);
  const { limits } = host.storage.streamOf(vmOf(host, 'web').slot, 0)!.stream.limiter;
  expect(limits.iops).toBe(1e11);
  expect(limits.bytesPerSecond).toBe(1e11);
  const plug = host.network.plugOf(vmOf(host, 'web').slot, 0);
  expect(plug?.settings['shape']?.['bitsPerSecond']).toBe(1e11 - (1 << 20));
  const bare = boot(policies, { vms: ['web', 'a'].map((name) => vmSpec(name, SPIN)) });
  bare.advance(700 * MS);
  expect(asked(bare).decisions.map(({ policy }) => policy)).toEqual(['cpu-cap']);
});

test('vCPUs of a VM, and the physical ones that it may run on, are adjusted; what the host has not is refused', () => {
  const policies = ['vcpus', 'physical-cpus'].map(
    (target): PolicySpec => ({
      ...{ ...POLICY, name: target, target, step: 1, terms: [{ metric: '1', coefficient: 1 }] },
    }),
  );
  const web = { ...vmSpec('web', SPIN), maxVcpus: 3, cpu: { harts: [0] } };
  const host = boot(policies, { vms: [web], harts: 2 });
  host.advance(2000 * MS);
  expect(vmOf(host, 'web').spec).toMatchObject({ vcpus: 3, cpu: { harts: [0, 1] } });
  const refused = asked(host).decisions.filter(({ result }) => result === 'refused');
  expect(refused[0]).toMatchObject({ policy: 'physical-cpus', from: 2, to: 3 });
  expect(new Set(refused.map(({ policy }) => policy))).toEqual(new Set(['physical-cpus']));
});

test('what a policy would have done is what it does when the same happens', () => {
  const watched = boot([]);
  watched.advance(1500 * MS);
  const before = watched.hash();
  const steps = must(watched.ask('dry-run', { policy: POLICY })).value as readonly DryStep[];
  expect(watched.hash()).toBe(before);
  // The past does not answer: the VM waits as it did, and the weight goes up by a step each time.
  const acts = steps.filter(({ outcome }) => outcome === 'acts');
  expect(acts.length).toBeGreaterThan(4);
  for (const [n, { from, to }] of acts.entries()) expect([from, to]).toEqual([100 + 60 * n, 160 + 60 * n]);
  const real = boot([POLICY]);
  real.advance(1500 * MS);
  expect(acts[0]).toMatchObject({ inputs: real.adjustment.decisions[0]!.inputs, to: 160 });
});

test('a policy reads parts of its VM and the host’s own, and says which part it must be told', () => {
  const vcpu: PolicySpec = {
    ...{ ...POLICY, name: 'vcpu', terms: [{ metric: 'vcpu-steal[0] + vcpu-steal[0]@a', coefficient: 100 }] },
  };
  const host = boot([
    vcpu,
    {
      ...{ ...POLICY, name: 'host', vm: 'a', target: 'cpu-cap' },
      terms: [{ metric: 'host-guests', coefficient: -10 }],
    },
  ]);
  host.advance(400 * MS);
  const [first, second] = asked(host).decisions;
  // Three VMs share one hart.
  expect(first).toMatchObject({ policy: 'vcpu', result: 'done', unit: 'count' });
  expect(first!.inputs[0]).toBeCloseTo(4 / 3, 1);
  expect(second).toMatchObject({ policy: 'host', from: 100, to: 90, unit: 'percent' });
  expect(second!.inputs[0]).toBeCloseTo(1, 1);
  const refused = (metric: string): string => {
    const policy = { ...POLICY, terms: [{ metric, coefficient: 1 }] };
    const done = host.execute({ op: 'host.setPolicy', args: { name: 'enough', policy } });
    return done.ok ? 'done' : done.error.code;
  };
  expect(['vcpu-steal', 'cpu[0]', 'luck[0]'].map(refused)).toEqual([
    ...['policy.whichPart', 'policy.noMetric', 'policy.noMetric'],
  ]);
  // It can be read, and there is none: it waits.
  expect(refused('vcpu-steal[7]')).toBe('done');
  host.advance(1000 * MS);
  expect(asked(host).policies.find(({ spec }) => spec.name === 'enough')?.outcome).toBe('unknown');
});

test('a policy goes by an alarm, and what it would have done by how that stood then', () => {
  const policy: PolicySpec = {
    ...{ ...POLICY, name: 'relief', coolDownNs: 0, overNs: 100 * MS },
    terms: [{ metric: 'alarm(short of time)', coefficient: 50 }],
  };
  const alarms: readonly AlarmSpec[] = [
    {
      ...{ name: 'short of time', metric: 'vcpu-steal', vm: 'web', part: '0', when: 'above', threshold: 0.5 },
      forNs: 500 * MS,
    } as const,
  ];
  const watched = boot([], { alarms });
  const real = boot([policy], { alarms });
  for (const host of [watched, real]) host.advance(900 * MS);
  const fired = watched.monitor.alarms[0]!;
  expect(fired.phase).toBe('firing');
  const steps = must(watched.ask('dry-run', { policy })).value as readonly DryStep[];
  const acts = (all: readonly { readonly at: number; readonly to: number }[]) => all.map(({ at }) => at);
  const would = acts(steps.filter(({ outcome }) => outcome === 'acts'));
  const did = acts(real.adjustment.decisions);
  expect(did[0]).toBeGreaterThanOrEqual(fired.sinceNs);
  expect(Math.abs(would[0]! - did[0]!)).toBeLessThanOrEqual(100 * MS);
  const restored = copyOf(real);
  expect(restored.adjustment.decisions).toEqual(real.adjustment.decisions);
  expect(restored.spec.alarms).toEqual(alarms);
});
