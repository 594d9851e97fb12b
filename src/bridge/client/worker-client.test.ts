import { expose } from 'comlink';
import { afterEach, expect, test, vi } from 'vitest';
import { fail, ok } from '#base/result';
import type { LabDescription } from '#bridge/protocol/answers';
import type { KeepWish, Resumed } from '#bridge/protocol/keeping';
import type { LabApi, LabBatch, LabSource, OnBatch } from '#bridge/protocol/lab-api';
import { WorkerLabClient } from './worker-client.ts';

const LAB: LabDescription = { title: 't', seed: 1, hosts: [], links: [], vmCommands: [], layout: {} };
const STATUS = {
  speed: { running: true, rate: 1 },
  virtualNs: 5,
  ratio: 1,
  instructions: 0,
  instructionsPerSecond: 0,
} as const;
const SETTING = { guestsUrl: '', engineUrl: '', shared: false, maxRamBytes: 0 };

/** Labs cannot be opened. */
let refusing = false;
/** What the worker says of labs that it opens. */
let keptAs: string | undefined;
let resuming: Resumed | undefined;

/** The worker's end of the wire, with just enough of a lab to see what the client asks. */
class WireEnd {
  readonly opened: LabSource[] = [];
  readonly wishes: (KeepWish | undefined)[] = [];
  send: OnBatch | null = null;
  readonly api: Partial<LabApi> = {
    open: async (source, { keep }) => {
      this.opened.push(source);
      this.wishes.push(keep);
      if (refusing) return fail('image-download', { name: 'x', status: 500 });
      return ok({
        ...{ serial: this.opened.length, lab: LAB, views: [], missingImages: [] },
        ...(keptAs === undefined ? {} : { keptAs }),
        ...(resuming === undefined ? {} : { resumed: resuming }),
      });
    },
    listen: async (onBatch) => {
      this.send = onBatch;
    },
    ping: async () => undefined,
    // Never answers.
    hash: () => new Promise(() => undefined),
    share: async () => ok({ fragment: 'L', commands: 1, omittedFiles: [] }),
  };
}

/** Workers that run here, over message channels, and can be made to die. */
const running: { end: WireEnd; die: () => void; close: () => void }[] = [];
function startWorker(): Worker {
  const { port1, port2 } = new MessageChannel();
  const end = new WireEnd();
  expose(end.api, port1);
  const failures = new EventTarget();
  running.push({
    end,
    die: () => failures.dispatchEvent(Object.assign(new Event('error'), { message: 'boom' })),
    close: () => port1.close(),
  });
  port2.start();
  return {
    postMessage: port2.postMessage.bind(port2),
    addEventListener: (type: string, listener: EventListener) =>
      (type === 'message' ? port2 : failures).addEventListener(type, listener),
    removeEventListener: (type: string, listener: EventListener) => port2.removeEventListener(type, listener),
    terminate: () => port2.close(),
  } as unknown as Worker;
}

const clients: WorkerLabClient[] = [];
async function openClient(): Promise<WorkerLabClient> {
  const client = new WorkerLabClient(SETTING, startWorker);
  clients.push(client);
  await client.open({ kind: 'builtin', name: 'first-visit' }, STATUS.speed, () => undefined);
  return client;
}
const batch = (part: Partial<LabBatch>): LabBatch => ({
  serial: 1,
  status: STATUS,
  console: [],
  events: [],
  patches: [],
  ...part,
});

afterEach(() => {
  refusing = false;
  keptAs = undefined;
  resuming = undefined;
  for (const client of clients.splice(0)) client.dispose();
  for (const { close } of running.splice(0)) close();
});

test('a batch reaches consoles, status and whoever listens', async () => {
  const client = await openClient();
  let told = 0;
  client.subscribe('status', () => told++);
  const bytes = new TextEncoder().encode('hello');
  running[0]!.end.send!(batch({ console: [{ host: 0, vm: 'a', bytes, dropped: 0 }] }));
  await vi.waitFor(() => expect(told).toBe(1));
  expect(client.console(0, 'a').text()).toBe('hello');
  expect(client.status().virtualNs).toBe(5);
});

test('a call that waits for a worker that dies fails instead of waiting for ever', async () => {
  const client = await openClient();
  const waiting = expect(client.calls.hash()).rejects.toThrow('worker-died');
  running[0]!.die();
  await waiting;
});

test('every call of the worker can be called, whatever its name, and questions are asked by theirs', async () => {
  const client = await openClient();
  const asked: unknown[] = [];
  const { api } = running[0]!.end;
  api.ask = async (...question: readonly unknown[]) => {
    asked.push(question);
    return fail('no-lab');
  };
  api.setLayout = async (layout) => {
    asked.push(layout);
  };
  expect(await client.ask(1, 'walk', { vm: 'a', address: '0x0' })).toMatchObject(fail('no-lab'));
  await client.calls.setLayout({ h: { x: 1, y: 2 } });
  expect(asked).toEqual([[1, 'walk', { vm: 'a', address: '0x0' }], { h: { x: 1, y: 2 } }]);
});

test('a worker that dies is started again with what was open, and the page is told', async () => {
  const client = await openClient();
  running[0]!.end.send!(batch({}));
  await vi.waitFor(() => expect(client.status().virtualNs).toBe(5));
  running[0]!.die();
  await vi.waitFor(() => expect(running[1]?.end.opened).toEqual([{ kind: 'builtin', name: 'first-visit' }]));
  expect(client.failure()).toEqual({
    error: { code: 'worker-died', data: { message: 'boom' } },
    serial: 1,
  });
});

test('whoever asks the moment that a worker has died asks the one that is started in its place', async () => {
  const client = await openClient();
  const answers: Promise<unknown>[] = [];
  client.subscribe('failure', () => answers.push(client.calls.share('now')));
  running[0]!.die();
  expect(await Promise.all(answers)).toMatchObject([{ ok: true }]);
  await vi.waitFor(() => expect(running[1]!.end.opened).toHaveLength(1));
});

test('a worker that dies twice is replaced once', async () => {
  await openClient();
  running[0]!.die();
  running[0]!.die();
  expect(running).toHaveLength(2);
});

test('after sharing, the link is what is opened again', async () => {
  const client = await openClient();
  running[0]!.end.send!(batch({}));
  await vi.waitFor(() => expect(client.status().virtualNs).toBe(5));
  await client.calls.share('start');
  running[0]!.die();
  await vi.waitFor(() => expect(running[1]?.end.opened).toEqual([{ kind: 'link', text: 'L' }]));
});

test('a lab that kills its worker five times before any sign of life is not opened again', async () => {
  const client = await openClient();
  for (const deaths of [1, 2, 3, 4]) {
    running[deaths - 1]!.die();
    await vi.waitFor(() => expect(running[deaths]?.end.opened).toHaveLength(1));
  }
  running[4]!.die();
  await vi.waitFor(() => expect(running[5]).toBeDefined());
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(running[5]!.end.opened).toEqual([]);
  expect(client.failure()?.serial).toBe(5);
});

test('a lab that the browser keeps goes on from there, however often its worker dies', async () => {
  const client = new WorkerLabClient(SETTING, startWorker);
  clients.push(client);
  const source: LabSource = { kind: 'builtin', name: 'first-visit' };
  const resumed = { at: 7, takenAtMs: 8, damaged: 0, speed: STATUS.speed };
  keptAs = 'builtin-first-visit';
  await client.open(source, STATUS.speed, () => undefined, { bytes: 100, anew: false });
  expect(client.resumed()).toBeNull();
  for (const death of [1, 2, 3, 4]) {
    running[death - 1]!.end.send!(batch({}));
    await vi.waitFor(() => expect(client.status().virtualNs).toBe(5));
    resuming = resumed;
    running[death - 1]!.die();
    await vi.waitFor(() => expect(client.resumed()).toEqual(resumed));
    await vi.waitFor(() => expect(running[death]?.end.opened).toEqual([{ kind: 'kept', key: keptAs }]));
    await vi.waitFor(() => expect(client.lab()).toEqual(LAB));
  }
  // What is kept may be what kills it: the last attempt begins anew.
  for (const death of [5, 6, 7]) {
    running[death - 1]!.die();
    await vi.waitFor(() => expect(running[death]?.end.opened).toHaveLength(1));
  }
  expect(running[6]!.end.opened).toEqual([{ kind: 'kept', key: keptAs }]);
  expect(running[7]!.end.opened).toEqual([source]);
  expect(running[7]!.end.wishes).toMatchObject([{ bytes: 100, anew: true }]);
});

test('batches that overtake the answer wait for it; those of the lab before are dropped', async () => {
  const client = await openClient();
  const { end } = running[0]!;
  const output = (text: string) => [{ host: 0, vm: 'a', bytes: new TextEncoder().encode(text), dropped: 0 }];
  let answer = (): void => undefined;
  end.api.open = async () => {
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return ok({ serial: 2, lab: { ...LAB, title: 'second' }, views: [], missingImages: [] });
  };
  const opening = client.open({ kind: 'builtin', name: 'busy-neighbour' }, STATUS.speed, () => undefined);
  await vi.waitFor(() => answer !== undefined);
  end.send!(batch({ serial: 2, console: output('early ') }));
  end.send!(batch({ serial: 1, console: output('of the first lab ') }));
  await vi.waitFor(() => expect(client.console(0, 'a').text()).toContain('first'));
  answer();
  await opening;
  end.send!(batch({ serial: 1, console: output('too late ') }));
  end.send!(batch({ serial: 2, console: output('then this') }));
  await vi.waitFor(() => expect(client.console(0, 'a').text()).toBe('early then this'));
  expect(client.lab()?.title).toBe('second');
});

test('a lab that cannot be opened again after a failure is told, with the reason', async () => {
  const client = await openClient();
  running[0]!.end.send!(batch({}));
  await vi.waitFor(() => expect(client.status().virtualNs).toBe(5));
  refusing = true;
  running[0]!.die();
  await vi.waitFor(() => expect(client.failure()?.error.code).toBe('image-download'));
  expect(client.failure()?.serial).toBe(2);
});

test('what the machine refuses to take from the keyboard comes back to the keyboard', async () => {
  const client = await openClient();
  running[0]!.end.api.command = async () =>
    fail('wrong-state', { op: 'console.input', state: 'stopped', vm: 'a' });
  const answer = await client.console(0, 'a').type('x');
  expect(answer.ok ? '' : answer.error.code).toBe('wrong-state');
});

test('a run to a time has ended when the page has heard of it, whatever comes first', async () => {
  const client = await openClient();
  const { end } = running[0]!;
  end.api.runTo = async () => ok({ at: 700, value: null });
  let ended = false;
  const running700 = client
    .runTo(700, () => undefined)
    .then(() => {
      ended = true;
    });
  end.send!(batch({ status: { ...STATUS, virtualNs: 600 } }));
  await vi.waitFor(() => expect(client.status().virtualNs).toBe(600));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(ended).toBe(false);
  end.send!(batch({ status: { ...STATUS, virtualNs: 700 } }));
  await running700;
  expect(client.status().virtualNs).toBe(700);
  // Known already.
  await client.runTo(700, () => undefined);
  // A worker that dies in between leaves nobody waiting.
  end.api.runTo = async () => ok({ at: 900, value: null });
  const broken = expect(client.runTo(900, () => undefined)).rejects.toThrow('worker-died');
  await new Promise((resolve) => setTimeout(resolve, 20));
  running[0]!.die();
  await broken;
});
