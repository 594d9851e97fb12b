/** What passes, for whoever looks on: what was delivered, bounded and counted; and that to look on changes nothing. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { bootHost, shellVm, type } from '../../fixtures/test-host.ts';
import type { Host } from '../../host.ts';
import { REGISTRIES } from '../../registries.ts';
import type { Passing } from './questions/passing.ts';
import type { TraceAnswer } from './questions/trace.ts';

const MS = 1_000_000;

await REGISTRIES.questions.come();

/** Two VMs, each at a switch of its own with a trunk of a millisecond between them. */
function joined(): Host {
  const card = (name: string, address: number, at: string) =>
    shellVm(name, { append: `virtlab.ip=10.0.0.${address}/24`, nics: [{ switch: at }] });
  const switches = [{ name: 'lan' }, { name: 'far' }];
  const host = bootHost([card('a', 1, 'lan'), card('b', 2, 'far')], {
    ...{ switches, trunks: [{ a: 'lan', b: 'far', delayNs: MS }] },
  });
  host.advance(60 * MS);
  return host;
}
function passingOf(host: Host, args: object = {}): Passing {
  return (must(host.ask('passing', args)) as { value: Passing }).value;
}
function traceOf(host: Host, args: object): TraceAnswer['traces'][number] | undefined {
  return (must(host.ask('trace', { name: '*', ...args })) as { value: TraceAnswer }).value.traces[0];
}
function ping(host: Host, times: number): void {
  type(host, 'a', `ping 10.0.0.2 ${times} 20\n`);
  host.advance(host.now + 20 * MS * times + 200 * MS);
}

test('what passes a switch is told with its ports, its times and what it is', () => {
  const host = joined();
  const { next } = passingOf(host);
  ping(host, 3);
  const { frames } = passingOf(host, { from: next });
  const echo = frames.find(({ protocol, info }) => protocol === 'ICMP' && /request/i.test(info));
  expect(echo).toMatchObject({ switch: 'lan', from: 'a/0', to: 'trunk/0' });
  expect(echo!.cameAt).toBeLessThanOrEqual(echo!.leftAt);
  expect(echo!.at - echo!.leftAt).toBeGreaterThanOrEqual(MS);
  // In the next switch it is another passage, which begins when the trunk has brought it.
  const further = frames.find(({ switch: at, protocol }) => at === 'far' && protocol === 'ICMP');
  expect(further).toMatchObject({ from: 'trunk/0', to: 'b/0', cameAt: echo!.at });
});

test('none is missing up to the bound, and beyond it all are counted', () => {
  const host = joined();
  const first = passingOf(host);
  ping(host, 20);
  const all = passingOf(host, { from: first.next });
  const ports = ['lan', 'far'].flatMap((name) => host.network.switches.get(name)!.ports);
  const out = (): number => ports.reduce((sum, { counters }) => sum + counters.framesOut, 0);
  expect(all.frames.length).toBe(all.delivered - first.delivered);
  const before = out();
  ping(host, 5);
  const more = passingOf(host, { from: all.next });
  expect(more.frames.length).toBe(out() - before);
  // A few of them, from all of the time.
  const few = passingOf(host, { from: first.next, count: 20 });
  expect(few.frames.length).toBe(20);
  expect(few.delivered).toBe(more.delivered);
  expect(few.frames[0]!.at).toBe(all.frames[0]!.at);
  expect(few.frames.at(-1)!.at).toBeGreaterThan(all.frames.at(-1)!.at);
});

test('who looks on changes nothing, and is forgotten when he asks no more', () => {
  const [host, other] = [joined(), joined()];
  expect(host.network.tap.isOn).toBe(false);
  passingOf(host);
  for (const each of [host, other]) ping(each, 10);
  expect(passingOf(host).frames.length).toBeGreaterThan(20);
  expect(host.hash()).toBe(other.hash());
  const heard = { point: 'delivered', switch: 'lan', port: 0, at: 0, domain: 0, number: 0 } as const;
  for (let count = 0; count < 70_000; count++) host.network.tap.tell({ ...heard, bytes: new Uint8Array(60) });
  expect(host.network.captures.isLookedAt).toBe(false);
  expect(host.network.tap.isOn).toBe(false);
});

test('the way of one that passes is told from the card that sent it, whichever switch it was seen in', () => {
  const host = joined();
  passingOf(host);
  ping(host, 3);
  const seen = passingOf(host).frames.findLast(({ switch: at, to }) => at === 'far' && to === 'b/0');
  const places = traceOf(host, { frame: seen!.frame })?.steps.map(
    ({ kind, portName }) => `${kind} ${portName}`,
  );
  expect(places?.[0]).toBe('sent a/0');
  expect(places?.at(-1)).toBe('received b/0');
  expect(places?.length).toBe(10);
  expect(traceOf(host, { frame: 999_999 })).toBeUndefined();
});
