/**
 * A VM that answers others is kept in time by a policy while its neighbours' load is stepped up. It is the teaching kernel, which answers
 * datagrams, asked anew as soon as it has answered; the lab *a neighbour and its cure* has the same with a web server.
 */
import { expect, test } from 'vitest';
import { putU16 } from '#base/big-endian';
import { checksumOf, onesSum } from '#base/ones-sum';
import type { PolicySpec, VmSpec } from '#base/scenario';
import { USUAL_POLICY } from '#machine/usual-policy';
import { ENGINE, ENVIRONMENT, SETTINGS, teachingKernel, type, vmOf, vmSpec } from '../fixtures/test-host.ts';
import { Host } from '../host.ts';
import { ether, ipv4, mac, udp } from '../network/fixtures/frames.ts';

const MS = 1_000_000;
const S = 1000 * MS;
/** Slow harts: what guests do here takes no more instructions than it has to. */
const SLOW = { ...SETTINGS, nsPerInstruction: 2000, quantumInstructions: 200 };
const ECHO = 7;
/** What an answer may take, and what the policy goes for. */
const TARGET_MS = 10;
const AIM_MS = 9;

const POLICY: PolicySpec = {
  ...{ name: 'in-time', vm: 'server', target: 'cpu-weight', device: 0 },
  terms: [{ metric: `response-time / 1000000 - ${AIM_MS}`, coefficient: 10 }],
  ...{ holdNs: 0, coolDownNs: 400 * MS, overNs: 400 * MS, priority: 0 },
  ...{ step: 300, least: 100, most: 5000 },
};

function boot(policies: readonly PolicySpec[]): Host {
  const vm = (name: string, n: number): VmSpec =>
    vmSpec(name, teachingKernel(), {
      ...{ nics: [{ switch: 'lan' }] },
      append: `virtlab.host=${name} virtlab.ip=10.0.0.${n}/24`,
    });
  const spec = {
    ...{ name: 'host', ramBytes: 32 << 20, harts: 1, switches: [{ name: 'lan' }] },
    vms: [vm('server', 1), ...[1, 2, 3].map((n) => vm(`busy-${n}`, 1 + n))],
    ...{ timeSliceNs: 10 * MS, scheduler: { kind: 'fair' }, policies },
  };
  const host = Host.create(ENGINE, spec, SLOW, { ...ENVIRONMENT, translate: USUAL_POLICY });
  host.advance(2 * S);
  const lan = host.network.switches.get('lan')!;
  const data = udp(5000, ECHO, new Array(1000).fill(1));
  const packet = ipv4({ from: '10.0.0.9', to: '10.0.0.1', protocol: 17, data });
  const question = ether({
    to: [...vmOf(host, 'server').cards[0]!.mac!],
    from: mac(9),
    type: 0x0800,
    data: packet,
  });
  putU16(question, 24, checksumOf(onesSum(question, 14, 34)));
  const port = lan.connect('asker', { receive: () => lan.send(port, question) });
  lan.send(port, question);
  return host;
}
/** How long an answer took, in milliseconds, on average over a time. */
function answersOver(host: Host, ns: number): number {
  const { answers } = vmOf(host, 'server');
  const [count, total] = [answers.count, answers.totalNs];
  host.advance(host.now + ns);
  return (answers.totalNs - total) / (answers.count - count) / MS;
}
/** The load is stepped up, twice; how long answers take before, between, and when a policy has had time. */
function loaded(
  policies: readonly PolicySpec[],
  seconds: number,
): { readonly host: Host; readonly steps: readonly [alone: number, one: number, three: number] } {
  const host = boot(policies);
  const alone = answersOver(host, S);
  type(host, 'busy-1', 'spin\n');
  host.advance(host.now + S / 2);
  const one = answersOver(host, S);
  for (const vm of ['busy-2', 'busy-3']) type(host, vm, 'spin\n');
  host.advance(host.now + seconds * S);
  return { host, steps: [alone, one, answersOver(host, 3 * S)] };
}

test('without a policy the target is missed; with one it is kept, and the log tells why', () => {
  const { steps: without } = loaded([], 1);
  expect(without[0]).toBeLessThan(TARGET_MS / 2);
  expect(without[1]).toBeLessThan(TARGET_MS);
  expect(without[2]).toBeGreaterThan(1.5 * TARGET_MS);
  const { host, steps } = loaded([POLICY], 5);
  expect(Math.max(...steps)).toBeLessThan(TARGET_MS);
  const { decisions } = host.adjustment;
  expect(decisions.length).toBeGreaterThan(4);
  for (const { policy, inputs, adjustment, from, to, result } of decisions) {
    expect(policy).toBe('in-time');
    expect(adjustment).toBeCloseTo(10 * inputs[0]!);
    expect(Math.sign(to - from)).toBe(Math.sign(inputs[0]!));
    expect(result).toBe('done');
  }
  expect(decisions[0]!.inputs[0]).toBeGreaterThan(0);
  expect(decisions.at(-1)!.to).toBe(vmOf(host, 'server').spec.cpu?.weight);
});

test('with a coefficient too high it swings, and the guard finds and ends that', () => {
  const high = { ...POLICY, terms: [{ ...POLICY.terms[0]!, coefficient: 300 }], step: 5000 };
  const { host, steps } = loaded([high], 8);
  const { decisions } = host.adjustment;
  const swing = (acts: typeof decisions): number =>
    Math.max(...acts.map(({ to }) => to)) - Math.min(...acts.map(({ to }) => to));
  const found = decisions.filter(({ result }) => result === 'damped');
  expect(found.length).toBeGreaterThan(1);
  expect(swing(decisions.filter(({ at }) => at <= found[0]!.at))).toBeGreaterThan(400);
  expect(swing(decisions.slice(-6))).toBeLessThan(100);
  expect(steps[2]).toBeLessThan(TARGET_MS);
  const told = host.log.since(0).filter(({ code }) => code === 'policy.swings');
  expect(told).toHaveLength(found.length);
});
