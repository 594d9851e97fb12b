/** The life of a service as its page sees it: opening, speed, commands, sharing; what goes wrong is an answer. */

import { afterEach, describe, expect, test, vi } from 'vitest';
import { must } from '#base/fixtures/must';
import type { LabSource, Pace, SharedAs } from '#bridge/protocol/lab-api';
import { Host } from '#hypervisor/host';
import {
  booted,
  codeOf,
  hostSpec,
  OPTIONS,
  open,
  scenario,
  seen,
  start,
  vmSpec,
} from './fixtures/service.ts';

const NOTHING = (): void => undefined;
const RUN = { running: true, rate: 'max' } as const;
const STOP = { running: false, rate: 1 } as const;

describe('before a lab is open', () => {
  test('every question is answered: there is none', async () => {
    const { service } = await start();
    const answers = [
      service.command(0, { op: 'vm.pause', args: { vm: 'a' } }),
      service.step(0, 'quantum'),
      service.runTo(1, NOTHING),
      service.ask(0, 'vm', { vm: 'a' }),
      service.ask(0, 'registers', { vm: 'a', vcpu: 0 }),
      service.ask(0, 'walk', { vm: 'a', vcpu: 0, address: '0x0', access: 'load' }),
      service.ask(0, 'memory', { vm: 'a', vcpu: 0, space: 'gpa', address: '0x0', bytes: 1 }),
      service.ask(0, 'exits', { vm: 'a' }),
      service.ask(0, 'timeline', { hart: 0, fromNs: 0, toNs: 1, limit: 1 }),
      service.ask(0, 'frames', { from: 0, count: 1 }),
      service.ask(0, 'switches', {}),
      service.addImage('x', new Uint8Array(1)),
      service.share('start'),
      service.hash(),
      service.exportState('start'),
      service.ask(0, 'metrics', { vm: 'a', metrics: ['cpu'] }),
    ];
    for (const answer of answers) expect(codeOf(await answer)).toBe('no-lab');
    expect(await service.images()).toEqual([]);
  });
});

describe('a running lab', () => {
  test('boots, takes what is typed, and shows it', async () => {
    const { service, page } = await booted();
    await service.setSpeed(RUN);
    await seen(() => page.console('a').includes('a$ '));
    must(await service.command(0, { op: 'console.input', args: { vm: 'b', text: 'help\n' } }));
    await seen(() => page.console('b').includes('ping'));
    expect(page.last).toMatchObject({ serial: 1, status: { speed: RUN } });
    expect(page.last?.status.virtualNs).toBeGreaterThan(100_000_000);
  });

  test('changes of state come with the next batch, paused or not, and events say them', async () => {
    const { service, page } = await booted();
    must(await service.command(0, { op: 'vm.pause', args: { vm: 'a' } }));
    await seen(() => page.vm('a')?.state === 'paused');
    expect(page.events.at(-1)).toMatchObject({ host: 0, vm: 'a', code: 'vm-pause' });
    const { value } = must(await service.ask(0, 'events', {}));
    expect(value.at(-1)).toMatchObject({ vm: 'a', code: 'vm-pause' });
  });

  test('a description comes only when it has changed', async () => {
    const { service, page } = await booted();
    await service.setSpeed(RUN);
    await seen(() => page.batches.length > 10);
    await service.setSpeed(STOP);
    const before = page.batches.length;
    must(await service.step(0, 'quantum'));
    await seen(() => page.batches.length > before);
    expect(page.batches.slice(before).every(({ lab }) => lab === undefined)).toBe(true);
  });

  test('a step is one quantum', async () => {
    const { service } = await booted();
    const before = must(await service.hash()).at;
    expect(must(await service.step(0, 'quantum')).at).toBe(before + 100_000);
  });

  test('wrong names are answers', async () => {
    const { service } = await booted();
    expect(codeOf(await service.command(7, { op: 'vm.pause', args: { vm: 'a' } }))).toBe('no-such-host');
    expect(codeOf(await service.command(0, { op: 'vm.pause', args: { vm: 'x' } }))).toBe('no-such-vm');
    expect(codeOf(await service.command(0, { op: 'vm.resume', args: { vm: 'a' } }))).toBe('wrong-state');
    expect(codeOf(await service.ask(0, 'vm', { vm: 'x' }))).toBe('no-such-vm');
    expect(codeOf(await service.ask(-1, 'vm', { vm: 'a' }))).toBe('no-such-host');
    expect(codeOf(await service.ask(0, 'registers', { vm: 'a', vcpu: 9 }))).toBe('no-such-vcpu');
    expect(codeOf(await service.ask(0, 'timeline', { hart: 5, fromNs: 0, toNs: 1, limit: 1 }))).toBe(
      'no-such-hart',
    );
    expect(codeOf(await service.ask(0, 'walk', { vm: 'a', vcpu: 0, address: 'zz', access: 'load' }))).toBe(
      'bad-address',
    );
    expect(codeOf(await service.step(3, 'quantum'))).toBe('no-such-host');
    const odd = 'weather' as 'machine';
    expect(codeOf(await service.ask(0, odd, {}))).toBe('no-such-question');
    expect(codeOf(await service.ask(0, 'registers', { vm: 'a', vcpu: 'x' } as never))).toBe('scenario.type');
    expect(codeOf(await service.ask(0, 'exits', { vm: 'a', more: 1 } as never))).toBe('scenario.unknownKey');
  });
});

describe('a lab whose guests wait', () => {
  afterEach(() => vi.useRealTimers());

  /** So many batches the page was sent in ten seconds of a clock that the test moves. */
  async function batchesOf(pace: Pace): Promise<{ batches: number; virtualMs: number }> {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const lab = scenario([hostSpec('h', [vmSpec('a'), vmSpec('b')])]);
    const { service, page } = await booted(lab, () => performance.now());
    await service.setSpeed({ running: true, rate: 1 });
    await service.setPace(pace);
    await vi.advanceTimersByTimeAsync(3000);
    const [before, from] = [page.batches.length, page.last?.status.virtualNs ?? 0];
    await vi.advanceTimersByTimeAsync(10_000);
    const virtualMs = ((page.last?.status.virtualNs ?? 0) - from) / 1e6;
    return { batches: page.batches.length - before, virtualMs };
  }

  test('is told of once a second in calm, and loses no time by that', async () => {
    const { batches, virtualMs } = await batchesOf('calm');
    expect(batches).toBeGreaterThanOrEqual(9);
    expect(batches).toBeLessThanOrEqual(11);
    expect(virtualMs).toBeGreaterThan(8900);
    expect(virtualMs).toBeLessThan(11_100);
  });

  test('is told of at least ten times a second while somebody looks closely', async () => {
    const { batches } = await batchesOf('lively');
    expect(batches).toBeGreaterThan(90);
  });
});

describe('a run to a time', () => {
  /** So far that the page is told something on the way, however fast this machine is. */
  const FAR_NS = 60e9;

  test('ends there, paused, with progress on the way', async () => {
    const all = await start();
    await open(all);
    const shown: number[] = [];
    const { at } = must(await all.service.runTo(FAR_NS, ({ done }) => shown.push(done)));
    expect(at).toBe(FAR_NS);
    expect(must(await all.service.hash()).at).toBe(FAR_NS);
    await seen(() => all.page.last?.status.speed.running === false);
    expect(all.page.last?.status.speed.rate).toBe(1);
    expect([...shown].sort((a, b) => a - b)).toEqual(shown);
    const goals = all.page.batches.map(({ status }) => status.goal);
    expect(goals).toContainEqual({ kind: 'time', fromNs: 0, toNs: FAR_NS });
    expect(goals.at(-1)).toBeUndefined();
  });

  test.each([
    ['cancel', 'cancelled', (service) => service.cancel()],
    ['a change of speed', 'cancelled', (service) => service.setSpeed(STOP)],
    ['a step', 'cancelled', (service) => service.step(0, 'quantum')],
    ['another lab', 'cancelled', (service) => service.open(scenario(), OPTIONS, NOTHING)],
  ] as readonly [
    string,
    string,
    (service: Awaited<ReturnType<typeof start>>['service']) => Promise<unknown>,
  ][])('is ended by %s, and the lab stands', async (_, code, act) => {
    const { service } = await booted();
    const running = service.runTo(1e15, NOTHING);
    await act(service);
    expect(codeOf(await running)).toBe(code);
    const { at } = must(await service.hash());
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(must(await service.hash()).at).toBe(at);
  });
});

describe('opening', () => {
  test('the later of two wins, and the earlier is told', async () => {
    const all = await start();
    const letGo = all.site.hold('site/kernel.elf');
    const first = all.service.open(scenario([hostSpec('first', [vmSpec('a')])]), OPTIONS, NOTHING);
    await seen(() => all.site.asked.includes('site/kernel.elf'));
    const second = all.service.open(scenario([hostSpec('second', [vmSpec('a')])]), OPTIONS, NOTHING);
    letGo();
    expect(codeOf(await first)).toBe('superseded');
    expect(must(await second).lab.hosts[0]?.name).toBe('second');
    await seen(() => all.page.last?.serial === 1);
  });

  test('is cancelled while it fetches; the lab before stays, and the next opening is not harmed', async () => {
    const all = await booted();
    all.site.files.set('site/guests/guests.json', new TextEncoder().encode('{"version":1,"files":[]}'));
    const letGo = all.site.hold('site/guests/guests.json');
    const opening = all.service.open({ kind: 'builtin', name: 'first-visit' }, OPTIONS, NOTHING);
    await seen(() => all.site.asked.includes('site/guests/guests.json'));
    await all.service.cancel();
    expect(codeOf(await opening)).toBe('cancelled');
    expect(must(await all.service.ask(0, 'vm', { vm: 'a' })).value.description.state).toBe('running');
    // Nothing keeps the cancelled signal: commands and openings work.
    must(await all.service.command(0, { op: 'vm.reset', args: { vm: 'a' } }));
    letGo();
    const opened = await open(all, { kind: 'builtin', name: 'first-visit' });
    expect(opened.lab.hosts[0]?.vms.length).toBe(4);
  });

  test('what cannot be opened leaves the lab before as it is', async () => {
    const { service, page } = await booted();
    const before = must(await service.hash());
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    const bad: readonly [LabSource, string][] = [
      [{ kind: 'link', text: '' }, 'link.empty'],
      [{ kind: 'link', text: 'garbage!' }, 'link.notALink'],
      [{ kind: 'builtin', name: 'nowhere' as 'first-visit' }, 'no-such-scenario'],
      [{ kind: 'state', bytes: bytes('{') }, 'document.notJson'],
      [{ kind: 'state', bytes: Uint8Array.of(0xff, 0xfe) }, 'document.notJson'],
      [{ kind: 'state', bytes: bytes('['.repeat(100)) }, 'document.tooDeep'],
      [{ kind: 'state', bytes: bytes('{"version":9}') }, 'scenario.version'],
      [{ kind: 'state', bytes: new Uint8Array((4 << 20) + 1).fill(0x20) }, 'document.tooLong'],
    ];
    for (const [index, [source, code]] of bad.entries())
      expect([index, codeOf(await service.open(source, OPTIONS, NOTHING))]).toEqual([index, code]);
    const small = await service.open(scenario(), { ...OPTIONS, maxRamBytes: 1 << 20 }, NOTHING);
    expect(small).toMatchObject({ error: { code: 'lab.tooMuchRam', data: { mebibytes: 32, limit: 1 } } });
    expect(must(await service.hash())).toEqual(before);
    expect(page.last?.serial).toBe(1);
  });

  test('an engine that is not there or is damaged is an answer, and is fetched anew', async () => {
    const all = await start();
    const engine = all.site.files.get('site/engine.wasm')!;
    all.site.files.delete('site/engine.wasm');
    expect(codeOf(await all.service.open(scenario(), OPTIONS, NOTHING))).toBe('engine-start');
    all.site.files.set('site/engine.wasm', engine.slice(0, 5000));
    expect(codeOf(await all.service.open(scenario(), OPTIONS, NOTHING))).toBe('engine-start');
    all.site.files.set('site/engine.wasm', engine);
    await open(all);
  });

  test('more memory than the browser gives is an answer', async () => {
    const all = await start();
    const { Memory } = WebAssembly;
    WebAssembly.Memory = class {
      constructor() {
        throw new RangeError('could not allocate memory');
      }
    } as unknown as typeof Memory;
    const refused = await all.service.open(scenario(), OPTIONS, NOTHING);
    WebAssembly.Memory = Memory;
    expect(refused).toEqual({
      ok: false,
      error: { code: 'engine-start', data: { message: 'could not allocate memory' } },
    });
  });
});

describe('sharing', () => {
  test('a link and a file repeat the run, typing and layout included', async () => {
    const all = await booted();
    must(await all.service.command(0, { op: 'console.input', args: { vm: 'a', text: 'mem\n' } }));
    must(await all.service.runTo(200_000_000, NOTHING));
    await all.service.setLayout({ 'h/a': { x: 3, y: 4 } });
    const { hosts } = must(await all.service.hash()).value;
    const { fragment, commands, omittedFiles } = must(await all.service.share('start'));
    expect([commands, omittedFiles]).toEqual([1, []]);
    const bytes = must(await all.service.exportState('start'));
    for (const source of [
      { kind: 'link', text: fragment },
      { kind: 'state', bytes },
    ] as const) {
      const other = await start();
      const opened = await open(other, source);
      expect(opened.lab.layout).toEqual({ 'h/a': { x: 3, y: 4 } });
      must(await other.service.runTo(200_000_000, NOTHING));
      expect(must(await other.service.hash()).value.hosts).toEqual(hosts);
    }
  });

  test('a link opens at the moment at which it was made, from the start, or without what was typed', async () => {
    const all = await booted();
    must(await all.service.command(0, { op: 'console.input', args: { vm: 'a', text: 'mem\n' } }));
    must(await all.service.command(0, { op: 'vm.pause', args: { vm: 'b' } }));
    must(await all.service.runTo(200_000_000, NOTHING));
    const { at, value } = must(await all.service.hash());
    const openedAs = async (as: SharedAs) => {
      const other = await start();
      const { fragment } = must(await all.service.share(as));
      return { other, opened: await open(other, { kind: 'link', text: fragment }), fragment };
    };
    const now = await openedAs('now');
    expect(now.opened.moment).toBe(at);
    // It stands still until it is brought there.
    expect(must(await now.other.service.hash()).at).toBe(0);
    must(await now.other.service.runTo(at, NOTHING));
    expect(must(await now.other.service.hash()).value.hosts).toEqual(value.hosts);
    // What it hands on itself is of its own moment.
    expect(must(await now.other.service.share('now')).fragment).toBe(now.fragment);
    expect((await openedAs('start')).opened.moment).toBeUndefined();
    const setUp = await openedAs('set-up');
    expect(setUp.opened.moment).toBeUndefined();
    must(await setUp.other.service.runTo(at, NOTHING));
    expect(must(await setUp.other.service.history()).map(({ command }) => command.op)).toEqual(['vm.pause']);
  });

  test('a link opens the set-up with harts that have other extensions, and says why it cannot', async () => {
    const all = await booted();
    must(await all.service.runTo(50_000_000, NOTHING));
    const had = async (names: readonly string[]): Promise<readonly string[]> => {
      const other = await start();
      const { fragment } = must(await all.service.share('set-up', { host: 0, extensions: names }));
      await open(other, { kind: 'link', text: fragment });
      const { rows } = must(await other.service.ask(0, 'extensions', {})).value;
      return rows.filter(({ has }) => has).map(({ name }) => name);
    };
    expect(await had(['Zbs', 'Sv57'])).toEqual(['Zbs', 'Sv48', 'Sv57']);
    expect(await had([])).toEqual([]);
    expect(await had(['Zbs', 'Zbb', 'Zba'])).toEqual(['Zba', 'Zbb', 'Zbs']);
    expect(codeOf(await all.service.share('set-up', { host: 0, extensions: ['Zfh'] }))).toBe(
      'scenario.badIsa',
    );
    expect(codeOf(await all.service.share('set-up', { host: 1, extensions: [] }))).toBe('no-such-host');
  });

  test('a link that arrived is looked at without being opened', async () => {
    const all = await booted();
    const { fragment } = must(await all.service.share('now'));
    const characters = fragment.length;
    expect(await all.service.checkLink(`<https://x.example/#${fragment}>.`)).toEqual({
      ok: true,
      value: { characters, hosts: 1, vms: 2 },
    });
    expect(await all.service.checkLink(fragment.slice(0, -2))).toMatchObject({
      error: { code: 'link.cut', data: { found: characters - 2 } },
    });
  });

  test('files of one’s own are named, not carried', async () => {
    const all = await booted();
    must(await all.service.addImage('mine', Uint8Array.of(0x6f, 0, 0, 0, 0, 0, 0, 0)));
    const vm = vmSpec('c', { image: { kind: 'file', name: 'mine' }, autostart: false });
    must(await all.service.command(0, { op: 'vm.create', args: { vm } }));
    expect(must(await all.service.share('start')).omittedFiles).toEqual(['mine']);
  });
});

describe('a host that fails by our own mistake', () => {
  test('is shown with its VMs and the reason; the other goes on, and nothing is thrown', async () => {
    const all = await start();
    // No call leads to a host: it is taken where it is made.
    const { create } = Host;
    const hosts: Host[] = [];
    Host.create = (...args) => {
      const host = create.apply(Host, args);
      hosts.push(host);
      return host;
    };
    await open(all, scenario([hostSpec('left', [vmSpec('a')]), hostSpec('right', [vmSpec('b')])]));
    Host.create = create;
    hosts[0]!.machine.events.on('planted', () => {
      throw new Error('planted');
    });
    hosts[0]!.machine.events.schedule(150_000_000, 'planted', 0);
    must(await all.service.runTo(300_000_000, NOTHING));
    const failure = { code: 'host.failed', data: { host: 'left', message: 'planted' } };
    await seen(() => all.page.lab?.hosts[0]?.failure !== undefined);
    expect(all.page.lab?.hosts[0]?.failure).toEqual(failure);
    expect(all.page.vm('a')).toMatchObject({ state: 'failed', reason: failure });
    expect(all.page.lab?.hosts[1]?.failure).toBeUndefined();
    expect(all.page.events).toContainEqual(
      expect.objectContaining({ host: 0, severity: 'error', ...failure }),
    );
    expect(codeOf(await all.service.command(0, { op: 'vm.pause', args: { vm: 'a' } }))).toBe('host.failed');
    must(await all.service.command(1, { op: 'console.input', args: { vm: 'b', text: 'help\n' } }));
    must(await all.service.runTo(400_000_000, NOTHING));
    await seen(() => all.page.console('b', 1).includes('ping'));
    // Its state is there to be looked at.
    must(await all.service.ask(0, 'registers', { vm: 'a', vcpu: 0 }));
  });

  test('a run to a time that cannot come ends with the reason', async () => {
    const all = await booted();
    await all.service.listen(null);
    const { advance } = Host.prototype;
    Host.prototype.advance = () => {
      throw new Error('planted');
    };
    const ended = await all.service.runTo(1e12, NOTHING);
    Host.prototype.advance = advance;
    expect(codeOf(ended)).toBe('host.failed');
  });
});
