/** What the page asks, compared with the machine that answers: each number is found again by another way. */

import { beforeAll, describe, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { WalkResult } from '#bridge/protocol/answers';
import {
  bare,
  booted,
  codeOf,
  hostSpec,
  program,
  type Started,
  scenario,
  vmSpec,
} from './fixtures/service.ts';

const NOTHING = (): void => undefined;
const nics = (address: string) => ({ nics: [{ switch: 'lan', address }] });

describe('two teaching kernels, one of them busy', () => {
  let all: Started;
  beforeAll(async () => {
    const vms = [vmSpec('a', nics('10.0.0.1/24')), vmSpec('b', nics('10.0.0.2/24'))];
    all = await booted(scenario([hostSpec('h', vms, { harts: 2 })]));
    const { service } = all;
    must(await service.command(0, { op: 'console.input', args: { vm: 'b', text: 'ping 10.0.0.1\n' } }));
    must(await service.runTo(2_000_000_000, NOTHING));
    must(await service.command(0, { op: 'console.input', args: { vm: 'a', text: 'cpu 100\n' } }));
    must(await service.runTo(3_000_000_000, NOTHING));
  });

  test('registers, their code, and memory by each kind of address say the same', async () => {
    const { service } = all;
    const { pc, x, mode, code, csrs } = must(await service.ask(0, 'registers', { vm: 'a', vcpu: 0 })).value;
    expect([mode, x.length, x[0]]).toEqual(['VU', 32, '0x0']);
    expect(code.length).toBeGreaterThan(8);
    expect(code[0]?.address).toBe(pc);
    const bytes = must(
      await service.ask(0, 'memory', { vm: 'a', vcpu: 0, space: 'gva', address: pc, bytes: 16 }),
    ).value;
    const text = (part: Uint8Array): string =>
      [...part]
        .reverse()
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join('');
    let at = 0;
    for (const line of code.slice(0, 4)) {
      const length = line.bytes.length / 2;
      expect(line.bytes).toBe(text(bytes.subarray(at, at + length)));
      at += length;
    }
    const { gpa, spa } = must(
      await service.ask(0, 'walk', { vm: 'a', vcpu: 0, address: pc, access: 'execute' }),
    ).value;
    for (const [space, address] of [
      ['gpa', gpa],
      ['spa', spa],
    ] as const)
      expect(
        must(await service.ask(0, 'memory', { vm: 'a', vcpu: 0, space, address: address ?? '', bytes: 16 }))
          .value,
      ).toEqual(bytes);
    const satp = csrs.find(({ name }) => name === 'vsatp');
    expect(satp?.fields.find(({ name }) => name === 'MODE')?.value).toBe('0x8');
  });

  test('memory is read in the address space that is named, whichever mode its pages are for', async () => {
    const { service } = all;
    const bytesIn = async (space: string, address: string): Promise<Uint8Array> =>
      must(
        await service.ask(0, 'memory', {
          ...{ vm: 'a', vcpu: 0, space: 'gva', address, bytes: 16, in: space },
        }),
      ).value;
    const kernel = must(await service.ask(0, 'symbol', { vm: 'a', name: 'kernel_start' })).value;
    expect((await bytesIn('kernel', kernel)).length).toBe(16);
    // The kernel's half is in the spaces of all processes; a process is in none but its own.
    expect(await bytesIn('pid:1', kernel)).toEqual(await bytesIn('kernel', kernel));
    expect((await bytesIn('pid:1', '0x10020')).length).toBe(16);
    expect((await bytesIn('kernel', '0x10020')).length).toBe(0);
    const nobody = { vm: 'a', vcpu: 0, space: 'gva', address: kernel, bytes: 16, in: 'pid:99' } as const;
    expect(codeOf(await service.ask(0, 'memory', nobody))).toBe('no-such-space');
  });

  test('the stack is what lies at sp, and says where its functions return to, by the names of a program too', async () => {
    const { service } = all;
    const { sp, words } = must(await service.ask(0, 'stack', { vm: 'a', vcpu: 0 })).value;
    const { x } = must(await service.ask(0, 'registers', { vm: 'a', vcpu: 0 })).value;
    expect([sp, words[0]?.address]).toEqual([x[2], x[2]]);
    const bytes = must(
      await service.ask(0, 'memory', { vm: 'a', vcpu: 0, space: 'gva', address: sp, bytes: 4096 }),
    ).value;
    const view = new DataView(bytes.slice().buffer);
    expect(words.length).toBeLessThanOrEqual(64);
    for (const [index, { value }] of words.entries())
      expect(value).toBe(`0x${view.getBigUint64(index * 8, true).toString(16)}`);
    const back = words.filter(({ kind }) => kind === 'return').map(({ name }) => name?.split('+')[0]);
    expect(back).toContain('run_program');
  });

  test('registers of the hypervisor tell of a vCPU under which VMID it is translated', async () => {
    const { csrs } = must(await all.service.ask(0, 'registers', { vm: 'a', vcpu: 0 })).value;
    const hgatp = csrs.find(({ name }) => name === 'hgatp');
    expect(hgatp?.fields.find(({ name }) => name === 'VMID')?.value).toBe('0x1');
    expect(csrs.find(({ name }) => name === 'hideleg')?.value).toBe('0x444');
  });

  test('a walk reads what the hardware reads: three entries for each of four addresses, and three', async () => {
    const { pc } = must(await all.service.ask(0, 'registers', { vm: 'a', vcpu: 0 })).value;
    const walk = must(
      await all.service.ask(0, 'walk', { vm: 'a', vcpu: 0, address: pc, access: 'execute' }),
    ).value;
    expect([walk.vsMode, walk.vmid, walk.fault]).toEqual(['sv39', 1, undefined]);
    expect(walk.references).toEqual({ nested: 15, native: 3 });
    for (const { entrySpa, value } of walk.steps) {
      const query = { space: 'spa', address: entrySpa ?? '', bytes: 8 } as const;
      const bytes = must(await all.service.ask(0, 'memory', { vm: 'a', vcpu: 0, ...query })).value;
      expect(`0x${new DataView(bytes.slice().buffer).getBigUint64(0, true).toString(16)}`).toBe(value);
    }
    expect(walk.steps.at(-1)).toMatchObject({ stage: 'G', kind: 'leaf', purpose: 'final' });
  });

  test('the TLB of the busy one’s hart holds its pc; that of one that waits cannot be asked', async () => {
    const { pc } = must(await all.service.ask(0, 'registers', { vm: 'a', vcpu: 0 })).value;
    expect(
      must(await all.service.ask(0, 'walk', { vm: 'a', vcpu: 0, address: pc, access: 'execute' })).value.tlb,
    ).toBe('hit');
    expect(
      must(await all.service.ask(0, 'walk', { vm: 'a', vcpu: 0, address: '0x7777777000', access: 'load' }))
        .value.tlb,
    ).toBe('miss');
    expect(
      must(await all.service.ask(0, 'walk', { vm: 'b', vcpu: 0, address: pc, access: 'execute' })).value.tlb,
    ).toBe('unknown');
  });

  test('a question changes nothing', async () => {
    const { service } = all;
    const before = must(await service.hash());
    await service.ask(0, 'walk', { vm: 'a', vcpu: 0, address: '0x80000000', access: 'store' });
    await service.ask(0, 'registers', { vm: 'a', vcpu: 0 });
    await service.ask(0, 'memory', { vm: 'a', vcpu: 0, space: 'gva', address: '0x80000000', bytes: 4096 });
    await service.ask(0, 'stack', { vm: 'a', vcpu: 0 });
    await service.ask(0, 'vm', { vm: 'a' });
    await service.ask(0, 'frames', { from: 0, count: 10 });
    await service.ask(0, 'timeline', { hart: 0, fromNs: 0, toNs: 3e9, limit: 10 });
    expect(must(await service.hash())).toEqual(before);
  });

  test('memory that is not there ends the answer', async () => {
    const { service } = all;
    const bytes = async (space: 'gva' | 'gpa' | 'spa', address: string): Promise<number> =>
      must(await service.ask(0, 'memory', { vm: 'a', vcpu: 0, space, address, bytes: 64 })).value.length;
    // The first is RAM that the guest has not touched yet.
    expect(await bytes('gpa', '0x801fffe0')).toBe(0);
    expect(await bytes('gpa', '0x10')).toBe(0);
    expect(await bytes('gva', '0x7777777000')).toBe(0);
    expect(await bytes('spa', '0xffffffff0')).toBe(0);
    const huge = { space: 'spa', address: '0xffffffffffffffff', bytes: 64 } as const;
    expect(codeOf(await service.ask(0, 'memory', { vm: 'a', vcpu: 0, ...huge }))).toBe('bad-address');
    const much = { space: 'spa', address: '0x80000000', bytes: 1e9 } as const;
    expect(must(await service.ask(0, 'memory', { vm: 'a', vcpu: 0, ...much })).value.length).toBe(4096);
  });

  test('frames: rows and totals count all of RAM once, and VMs own what they map', async () => {
    const { service } = all;
    const { rows, total, totals } = must(await service.ask(0, 'frames', { from: 0, count: 1e9 })).value;
    expect([rows.length, total]).toEqual([1024, (32 << 20) / 4096]);
    expect(totals.reduce((sum, { count }) => sum + count, 0)).toBe(total);
    const { memslots, tableFrames } = must(await service.ask(0, 'vm', { vm: 'a' })).value;
    const owned = must(
      await service.ask(0, 'frames', { from: 0, count: 1024, owner: 0, state: 'data' }),
    ).value;
    expect(owned.total * 4096).toBe(memslots.reduce((sum, { mappedBytes }) => sum + mappedBytes, 0));
    expect(totals.find(({ owner, state }) => owner === 0 && state === 'page-table')?.count).toBe(tableFrames);
    // The table is the same for each VM, and what is free comes last.
    expect(totals.map(({ owner, state }) => `${owner} ${state}`)).toEqual([
      ...[...new Set(totals.map(({ owner }) => owner))]
        .filter((owner) => typeof owner === 'number')
        .sort((a, b) => a - b)
        .flatMap((owner) => [`${owner} data`, `${owner} page-table`]),
      'free free',
    ]);
    // Each row's mapping leads back to it.
    const { pc } = must(await service.ask(0, 'registers', { vm: 'a', vcpu: 0 })).value;
    const { gpa, spa } = must(
      await service.ask(0, 'walk', { vm: 'a', vcpu: 0, address: pc, access: 'execute' }),
    ).value;
    const row = owned.rows.find(({ spfn }) => spfn === Math.floor(Number(spa) / 4096));
    expect(row?.mappings).toEqual([{ vm: 'a', gfn: Math.floor(Number(gpa) / 4096), permissions: 'rwx' }]);
  });

  test('exits: rows by reason and their details add up', async () => {
    const { rows, details, guestNs } = must(await all.service.ask(0, 'exits', { vm: 'b' })).value;
    for (const { reason, count } of rows) {
      const parts = details.filter((detail) => detail.reason === reason);
      if (parts.length > 0) expect(parts.reduce((sum, part) => sum + part.count, 0)).toBe(count);
    }
    expect(rows.find(({ reason }) => reason === 'mmio')?.count).toBeGreaterThan(10);
    expect(guestNs).toBeGreaterThan(0);
  });

  test('devices: the interrupts of the guest’s device tree, and counters that have counted', async () => {
    const { vcpus } = must(await all.service.ask(0, 'vm', { vm: 'a' })).value;
    const { devices } = must(await all.service.ask(0, 'devices', { vm: 'a' })).value;
    const by = (kind: string) => devices.find((device) => device.kind === kind);
    expect(by('uart')).toMatchObject({ baseGpa: '0x10000000', interrupt: { source: 10 } });
    expect(by('console')).toMatchObject({ baseGpa: '0x10001000', interrupt: { source: 1 } });
    expect(by('net')).toMatchObject({ baseGpa: '0x10003000', interrupt: { source: 3 } });
    expect(by('plic')).toMatchObject({ baseGpa: '0xc000000' });
    expect(by('plic')?.interrupt).toBeUndefined();
    expect(by('net')).toMatchObject({ state: 'driver-ok', status: expect.stringContaining('DRIVER_OK') });
    expect(by('net')?.counters.find(({ id }) => id === 'framesIn')?.value).toBeGreaterThan(0);
    expect(vcpus[0]?.runNs).toBeGreaterThan(900_000_000);
  });

  test('the switch: who hangs where, what went through, who was learnt', async () => {
    const [lan] = must(await all.service.ask(0, 'switches', {})).value;
    expect(lan?.ports.map(({ vm, link }) => [vm, link])).toEqual([
      ['a', 'up'],
      ['b', 'up'],
    ]);
    const [a, b] = lan!.ports;
    expect(a!.rxFrames).toBeGreaterThan(0);
    expect([a!.txFrames > 0, b!.rxFrames > 0]).toEqual([true, true]);
    expect(lan?.forwarding.map(({ mac }) => mac).sort()).toEqual([a!.mac, b!.mac].sort());
  });

  test('the timeline: a busy vCPU fills its hart', async () => {
    const { service } = all;
    let busyNs = 0;
    for (const hart of [0, 1]) {
      const line = must(
        await service.ask(0, 'timeline', {
          hart: hart,
          fromNs: 2_500_000_000,
          toNs: 3_000_000_000,
          limit: 4096,
        }),
      ).value;
      expect(line.startNs.length).toBe(line.slot.length);
      for (let n = 0; n < line.startNs.length; n++) {
        expect(line.endNs[n]).toBeGreaterThan(line.startNs[n]!);
        if (n > 0) expect(line.startNs[n]).toBeGreaterThanOrEqual(line.endNs[n - 1]!);
        if (line.slot[n] === 0) busyNs += Math.min(line.endNs[n]!, 3e9) - Math.max(line.startNs[n]!, 2.5e9);
      }
    }
    expect(busyNs / 500_000_000).toBeGreaterThan(0.95);
    expect(
      must(await service.ask(0, 'timeline', { hart: 0, fromNs: 0, toNs: 3e9, limit: 2 })).value,
    ).toMatchObject({ merged: true, truncated: false });
  });

  test('the table of samples: what the charts show, from the VM’s first on', async () => {
    const asked = { vm: 'a', metrics: ['cpu', 'memory', 'mood'] };
    const { metrics, rows } = must(await all.service.ask(0, 'metrics', asked)).value;
    expect(metrics).toEqual(['cpu', 'memory']);
    // Sample 30 is due at this very moment, and taken when time goes on.
    expect(rows.map(([at]) => at)).toEqual(Array.from({ length: 29 }, (_, n) => (n + 1) * 100_000_000));
    for (const [at, cpu] of rows) if (at! > 2_200_000_000) expect(cpu).toBeCloseTo(1, 1);
    const { memslots } = must(await all.service.ask(0, 'vm', { vm: 'a' })).value;
    expect(rows.at(-1)?.[2]).toBe(memslots[0]?.mappedBytes);
  });
});

test('a page that is cached for loads alone is not yet dirty', async () => {
  const image = program(`
    li t0, 0x80100000
    li t1, 0x80101000
  again:
    ld a0, 0(t0)
    sd a0, 0(t1)
    ld a1, 0(t1)
    j again
  `);
  const all = await bare(image);
  must(await all.service.runTo(50_000_000, NOTHING));
  const ask = async (gva: string, access: 'load' | 'store' | 'execute'): Promise<WalkResult['tlb']> =>
    must(await all.service.ask(0, 'walk', { vm: 'a', vcpu: 0, address: gva, access })).value.tlb;
  expect(await ask('0x80100000', 'load')).toBe('hit');
  expect(await ask('0x80100fff', 'store')).toBe('dirty');
  expect([await ask('0x80101000', 'load'), await ask('0x80101000', 'store')]).toEqual(['hit', 'hit']);
  expect([await ask('0x80000000', 'execute'), await ask('0x80000000', 'load')]).toEqual(['hit', 'miss']);
  expect(await ask('0x80102000', 'store')).toBe('miss');
  // The same index of the TLB, another page.
  expect(await ask('0x80300000', 'load')).toBe('miss');
});

test('each of two harts is asked for what its own TLB holds, and only in the space that is meant', async () => {
  const vms = [vmSpec('a'), vmSpec('b')];
  const { service } = await booted(scenario([hostSpec('h', vms, { harts: 2 })]));
  for (const vm of ['a', 'b'])
    must(await service.command(0, { op: 'console.input', args: { vm, text: 'spin\n' } }));
  must(await service.runTo(500_000_000, NOTHING));
  const harts = new Set<number | undefined>();
  for (const vm of ['a', 'b']) {
    const { pc } = must(await service.ask(0, 'registers', { vm })).value;
    const ask = async (space: string) =>
      must(await service.ask(0, 'walk', { vm, address: pc, access: 'execute', space, mode: 'VU' })).value;
    const now = await ask('now');
    expect([vm, now.tlb, now.mode]).toEqual([vm, 'hit', 'VU']);
    // No access was ever made in this one.
    expect([vm, (await ask('0x8000000000080000')).tlb]).toEqual([vm, 'miss']);
    harts.add(now.vcpu.hart);
  }
  expect(harts).toEqual(new Set([0, 1]));
});
