import fc from 'fast-check';
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { decode, encode } from '#base/state/codec';
import type { BytePort } from '#machine/devices/virtio/virtio-device';
import { GuestAgent } from './agent.ts';
import { agentMessage, FROM_AGENT, MessageReader, MOST_PAYLOAD, TO_AGENT } from './protocol.ts';
import { AGENT, type AgentJob, MOST_FILE, MOST_JOBS, MOST_WAITING } from './state.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** An agent's end of the port, played by the test. */
function newAgent() {
  const asked: { type: number; request: number; payload: Uint8Array }[] = [];
  const reader = new MessageReader();
  const port: BytePort & { isOpen: boolean; room: number } = {
    isOpen: true,
    room: 16 * 1024,
    send: (bytes) => {
      reader.take(bytes, (message) => void asked.push({ ...message, payload: message.payload.slice() }));
      return bytes.length;
    },
    onBytes: () => {},
    onOpen: () => {},
  };
  const ended: AgentJob[] = [];
  let now = 0;
  const agent = new GuestAgent({ port, now: () => now++, ended: (job) => void ended.push({ ...job }) });
  const say = (type: number, request: number, payload: Uint8Array): void =>
    port.onBytes(agentMessage(type, request, payload));
  const hello = (): void => say(FROM_AGENT.hello, 0, text('system test\ncan shutdown work files hotplug\n'));
  const number = (value: number): Uint8Array => new Uint8Array(new Uint32Array([value]).buffer);
  return { agent, port, asked, ended, say, hello, number };
}

test('an agent is there once it has said who it is, and gone when it closes the port', () => {
  const { agent, port, asked, hello } = newAgent();
  port.onOpen(true);
  expect(asked.map(({ type }) => type)).toEqual([TO_AGENT.ask]);
  expect(agent.isPresent).toBe(false);
  hello();
  expect(agent.self).toEqual({ system: 'test', can: ['shutdown', 'work', 'files', 'hotplug'] });
  const job = must(agent.request('work', 'cpu 50 1'));
  port.onOpen(false);
  expect(agent.isPresent).toBe(false);
  expect(agent.jobs.find(({ id }) => id === job.id)?.state).toBe('failed');
});

test('what it reports is numbers and addresses, or nothing', () => {
  const { agent, say, hello } = newAgent();
  hello();
  const lines = [
    'memory.total 1000',
    'memory.available 10x',
    'memory.pressure 1.25',
    'address eth0 10.0.0.2/24',
  ];
  say(FROM_AGENT.report, 0, text([...lines, 'address <b> 1.2.3.4/8', 'colour red', ''].join('\n')));
  expect(agent.facts).toEqual({
    ...{ totalBytes: 1_024_000, pressurePercent: 1.25, atNs: 0 },
    addresses: [{ card: 'eth0', address: '10.0.0.2/24' }],
  });
});

test('a request ends as the agent says; another one’s answer is not its', () => {
  const { agent, asked, ended, say, hello } = newAgent();
  expect(agent.request('work', 'cpu 50 1')).toMatchObject({ error: { code: 'agent.cannot' } });
  hello();
  const job = must(agent.request('work', 'cpu 50 1'));
  expect(asked.at(-1)).toMatchObject({ type: TO_AGENT.work, request: job.id });
  say(FROM_AGENT.done, job.id + 1, text('not this one'));
  expect(ended).toEqual([]);
  say(FROM_AGENT.failed, job.id, text('no\x1b[2J room'));
  expect(ended).toMatchObject([{ state: 'failed', answer: 'no [2J room' }]);
  say(FROM_AGENT.done, job.id, text('after all'));
  expect(ended.length).toBe(1);
});

test('a file goes in by pieces as the agent takes them, and is done when all of it has arrived', () => {
  const { agent, asked, ended, say, hello, number } = newAgent();
  hello();
  const content = Uint8Array.from({ length: 20_000 }, (_, at) => at & 0xff);
  const job = must(agent.request('put', '/tmp/file', content));
  let taken = 0;
  say(FROM_AGENT.ack, job.id, number(0));
  for (let at = 1; at < asked.length && at < 100; at++) {
    const { type, payload } = asked[at]!;
    if (type !== TO_AGENT.data || payload.length === 0) continue;
    expect(Buffer.compare(payload, content.subarray(taken, taken + payload.length))).toBe(0);
    taken += payload.length;
    say(FROM_AGENT.ack, job.id, number(taken));
  }
  expect(taken).toBe(content.length);
  expect(asked.filter(({ type, payload }) => type === TO_AGENT.data && payload.length === 0).length).toBe(1);
  say(FROM_AGENT.done, job.id, text('/tmp/file'));
  expect(ended).toMatchObject([{ state: 'done', doneBytes: content.length }]);
  expect(agent.jobs[0]?.content.length).toBe(0);
});

test('of files that go in, the next is begun when the one before has ended, however it ended', () => {
  const { agent, asked, ended, say, hello, number } = newAgent();
  hello();
  const [first, second, third, last] = ['/1', '/2', '/3', '/4'].map((path) =>
    must(agent.request('put', path, text(path))),
  );
  const begun = (): string[] =>
    asked.filter(({ type }) => type === TO_AGENT.put).map(({ payload }) => new TextDecoder().decode(payload));
  expect(begun()).toEqual(['/1']);
  // What the guest was not asked, it cannot answer.
  say(FROM_AGENT.done, second!.id, text(''));
  expect(ended).toEqual([]);
  expect(agent.cancel(third!.id)).toBe(true);
  expect(asked.some(({ type }) => type === TO_AGENT.cancel)).toBe(false);
  say(FROM_AGENT.failed, first!.id, text('disk full'));
  expect(begun()).toEqual(['/1', '/2']);
  say(FROM_AGENT.ack, second!.id, number(2));
  expect(agent.cancel(second!.id)).toBe(true);
  expect(begun()).toEqual(['/1', '/2', '/4']);
  // One that comes out waits for none of them.
  must(agent.request('get', '/etc/hosts'));
  expect(asked.at(-1)).toMatchObject({ type: TO_AGENT.get });
  say(FROM_AGENT.ack, last!.id, number(0));
  say(FROM_AGENT.ack, last!.id, number(2));
  say(FROM_AGENT.done, last!.id, text('/4'));
  expect(ended.map(({ what, state }) => `${what} ${state}`)).toEqual([
    '/3 cancelled',
    '/1 failed',
    '/2 cancelled',
    '/4 done',
  ]);
});

test('a file comes out, and the last one lies here; one that is too large is given up', () => {
  const { agent, asked, say, hello, number } = newAgent();
  hello();
  const job = must(agent.request('get', '/etc/hosts'));
  say(FROM_AGENT.ack, job.id, number(6));
  say(FROM_AGENT.data, job.id, text('abc'));
  say(FROM_AGENT.data, job.id, text('def'));
  say(FROM_AGENT.done, job.id, text(''));
  expect(Buffer.from(agent.jobs[0]!.content).toString()).toBe('abcdef');
  const large = must(agent.request('get', '/dev/zero'));
  const piece = new Uint8Array(MOST_PAYLOAD);
  for (let at = 0; at <= MOST_FILE / MOST_PAYLOAD; at++) say(FROM_AGENT.data, large.id, piece);
  expect(agent.jobs[1]).toMatchObject({ state: 'failed' });
  expect(asked.at(-1)?.type).toBe(TO_AGENT.cancel);
});

test('requests that wait are bounded, and so are those that are remembered', () => {
  const { agent, say, hello } = newAgent();
  hello();
  for (let at = 0; at < MOST_WAITING; at++) must(agent.request('work', 'cpu 1 1'));
  expect(agent.request('work', 'cpu 1 1')).toMatchObject({ error: { code: 'agent.busy' } });
  expect(agent.cancel(1)).toBe(true);
  expect(agent.cancel(1)).toBe(false);
  for (let at = 0; at < 40; at++) {
    const job = must(agent.request('work', 'cpu 1 1'));
    say(FROM_AGENT.done, job.id, text(''));
  }
  expect(agent.jobs.length).toBe(MOST_JOBS);
});

test('a snapshot in the middle of a file goes on with it', () => {
  const first = newAgent();
  first.hello();
  const job = must(first.agent.request('put', '/f', new Uint8Array(3000).fill(7)));
  first.say(FROM_AGENT.ack, job.id, first.number(0));
  const state = encode(AGENT, first.agent.capture()!);
  const second = newAgent();
  second.agent.restore(decode(AGENT, state));
  second.say(FROM_AGENT.ack, job.id, second.number(3000));
  second.say(FROM_AGENT.done, job.id, text('/f'));
  expect(second.ended).toMatchObject([{ state: 'done', doneBytes: 3000 }]);
});

test('whatever bytes come, nothing is thrown, nothing grows, and the next message is understood', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 3000 }),
    fc
      .tuple(fc.nat(255), fc.nat(0xffff), fc.uint8Array({ maxLength: 40 }))
      .map(([type, request, payload]) => agentMessage(type, request, payload)),
  );
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 20 }), (parts) => {
      const { agent, port, say, hello } = newAgent();
      hello();
      must(agent.request('put', '/f', new Uint8Array(5000)));
      must(agent.request('get', '/f'));
      for (const part of parts) port.onBytes(part);
      // What was begun may swallow one message, never more than that.
      for (let at = 0; at < 20; at++) hello();
      expect(agent.self?.system).toBe('test');
      say(FROM_AGENT.report, 0, text('load 1.00\n'));
      expect(agent.facts?.load).toBe(1);
      const state = agent.capture();
      expect(encode(AGENT, decode(AGENT, encode(AGENT, state!)))).toEqual(encode(AGENT, state!));
    }),
    { numRuns: 200 },
  );
});
