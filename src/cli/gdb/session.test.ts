/** Requests that gdb does not make: each is refused, and harms nothing. */
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import { BarePlatform } from '#machine/bare-platform';
import { engineModule } from '../engine.ts';
import { BareTarget } from './bare-target.ts';
import { LabTarget } from './lab-target.ts';
import { debug } from './server.ts';
import { GdbSession } from './session.ts';

const target = (): BareTarget =>
  new BareTarget(
    new BarePlatform(engineModule(), { ramBytes: 1 << 20, harts: 1, output: () => {} }),
    undefined,
    true,
  );
const VALUE = 'efbeadde78563412';
const AT = RAM_BASE.toString(16);

test.each([
  ...[`P-1=${VALUE}`, 'p-1', 'p', 'Z2,80001000,', 'Z2,80001000,0', 'Z2,80001000,ffffffff', 'Z0,80001000'],
  ...['c80000000', 's80000000', 'm-1,4', 'M80000000,4:12', 'Hg7f', 'Tzz', 'z3,1,', 'Zfoo,1,4', 'vCont;t', ''],
])('%j is refused, and the hart is as it was', async (text) => {
  const session = new GdbSession(target());
  const registers = await session.request('g');
  const answered = await session.request(text);
  expect(answered).toMatchObject({ kind: 'answer', text: expect.stringMatching(/^(?:E01)?$/) });
  expect(await session.request('g')).toEqual(registers);
  expect(await session.request('s')).toMatchObject({ kind: 'answer', text: 'T05thread:1;' });
});

test('a breakpoint in hardware stays when one in software at the same address goes', async () => {
  const session = new GdbSession(target());
  // j .
  expect(await session.request(`M${AT},4:6f000000`)).toMatchObject({ text: 'OK' });
  expect(
    await session.request(
      `P20=${Buffer.from(new BigUint64Array([BigInt(RAM_BASE)]).buffer).toString('hex')}`,
    ),
  ).toMatchObject({ text: 'OK' });
  const stops = async (): Promise<string | undefined> => {
    session.begin();
    return session.run(1000);
  };
  for (const text of [`Z0,${AT},4`, `Z1,${AT},4`, `z0,${AT},4`]) await session.request(text);
  expect(await stops()).toBe('T05thread:1;');
  await session.request(`z1,${AT},4`);
  expect(await stops()).toBeUndefined();
});

/** A session with a lab that takes one breakpoint and never meets it; how many breakpoints it was asked for. */
function sessionOfLab(): { readonly session: GdbSession; readonly asked: readonly number[] } {
  const asked: number[] = [];
  const makeLab = (now: number) => ({
    ...{ now, hosts: [{ status: {} }], stopped: undefined, close: () => {} },
    answer: () => Promise.resolve({ ok: true, value: { value: { instructions: 9, exits: 0, pc: '0x0' } } }),
    advance(until: number) {
      this.now = until;
      return Promise.resolve();
    },
    debug: (_: number, { breakpoints }: { breakpoints?: readonly unknown[] }) => {
      if (breakpoints !== undefined) asked.push(breakpoints.length);
      return Promise.resolve({ ok: (breakpoints?.length ?? 0) < 2 });
    },
  });
  const lab = (now: number) => makeLab(now) as unknown as ConstructorParameters<typeof LabTarget>[0];
  const again = () => Promise.resolve({ ok: true, value: lab(0) } as const);
  return { session: new GdbSession(new LabTarget(lab(10), { host: 0, vm: 'a', vcpus: 1, again })), asked };
}

test('what a lab has refused to stop at is not sought on the way back', async () => {
  const { session, asked } = sessionOfLab();
  expect(await session.request('Z0,1000,4')).toMatchObject({ text: 'OK' });
  expect(await session.request('Z0,2000,4')).toMatchObject({ text: 'E1c' });
  expect(await session.runBack()).toBe('T05replaylog:begin;thread:1;');
  expect(asked).toEqual([1, 2, 1, 1]);
});

test('a lab that was interrupted goes back', async () => {
  const { session } = sessionOfLab();
  expect(session.interrupt()).toBe('T02thread:1;');
  expect(await session.runBack()).toBe('T05replaylog:begin;thread:1;');
});

test('a second gdb is turned away, and the first one is served', async () => {
  const opened = (port: number): Promise<Socket | undefined> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(socket));
      socket.once('error', () => resolve(undefined));
    });
  let port = 0;
  const debugged = debug(target(), { port: 0, waits: (at) => (port = at) });
  await expect.poll(() => port).toBeGreaterThan(0);
  const first = await opened(port);
  const said = new Promise((resolve) => first?.once('data', (bytes) => resolve(String(bytes))));
  first?.write('$?#3f');
  expect(await said).toMatch(/^\+/);
  expect(await opened(port)).toBeUndefined();
  first?.end();
  expect(await debugged).toEqual({ ok: true, value: 'detached' });
});
