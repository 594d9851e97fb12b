/** A bare machine with a network card, whose software is a few instructions that answer ARP and ping, and a VM of another host that pings it. */
import { expect, test } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import { must } from '#base/fixtures/must';
import { ok } from '#base/result';
import type { HostSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import { Host } from '#hypervisor/host';
import type { AnswerOf } from '#hypervisor/questions';
import { assemble } from '#isa/assemble';
import { consoleOf, rowOfHosts } from './fixtures/row-of-hosts.ts';
import { ENGINE, hostOf, KERNEL, makerOf } from './fixtures/test-lab.ts';
import { Lab } from './lab.ts';
import { decodeLink, encodeLink } from './link.ts';
import type { Scenario } from './scenario.ts';
import { softwareResolver } from './software.ts';

/** The first slot of QEMU's machine, the finisher, and where the program has its rings and its one buffer. */
const [SLOT, FINISHER] = [0x1000_1000, 0x10_0000];
const [RECEIVE, TRANSMIT] = [RAM_BASE + 0x1_0000, RAM_BASE + 0x2_0000];
const BUFFER = RAM_BASE + 0x3_0000;
/** Behind the header of virtio 1.0. */
const FRAME = BUFFER + 12;
/** Last byte of its address: 10.0.0.5. */
const ADDRESS = 5;

/** Rings of 8, a page each, with one descriptor for the buffer. */
const queue = (number: number, at: number, flags: number): string => `
  ${set(0x30, number)}
  ${set(0x38, 8)}
  ${set(0x80, at)}
  ${set(0x90, at + 0x1000)}
  ${set(0xa0, at + 0x2000)}
  ${set(0x44, 1)}
  li t1, ${at}
  li t0, ${BUFFER}
  sd t0, 0(t1)
  li t0, 2048
  sw t0, 8(t1)
  li t0, ${flags}
  sh t0, 12(t1)`;
const set = (register: number, value: number): string => `li t0, ${value}\n  sw t0, ${register}(s0)`;
/** The buffer is offered so often as a register counts. */
const offer = (number: number, at: number, count: string): string => `
  addi ${count}, ${count}, 1
  li t1, ${at + 0x1000}
  sh ${count}, 2(t1)
  ${set(0x50, number)}`;
/** Waits until it has come back. */
const back = (at: number, count: string, label: string): string => `
  li t1, ${at + 0x2000}
${label}:
  lhu t0, 2(t1)
  bne t0, ${count}, ${label}`;
const bytes = (from: number, to: number, count: number): string =>
  Array.from({ length: count }, (_, at) => `lbu t0, ${from + at}(s1)\n  sb t0, ${to + at}(s1)`).join('\n  ');
const swap = (a: number, b: number, count: number): string =>
  Array.from(
    { length: count },
    (_, at) =>
      `lbu t0, ${a + at}(s1)\n  lbu t1, ${b + at}(s1)\n  sb t1, ${a + at}(s1)\n  sb t0, ${b + at}(s1)`,
  ).join('\n  ');
const own = (to: number): string =>
  Array.from({ length: 6 }, (_, at) => `lbu t0, ${0x100 + at}(s0)\n  sb t0, ${to + at}(s1)`).join('\n  ');
const unless = (at: number, value: number, label: string): string =>
  `lbu t0, ${at}(s1)\n  li t1, ${value}\n  bne t0, t1, ${label}`;
const say = (character: string): string =>
  `li t1, 0x10000000\n  li t0, ${character.charCodeAt(0)}\n  sb t0, 0(t1)`;

/** Its third pong is its last deed: then it turns the machine off. */
const PROGRAM = `
  li s0, ${SLOT}
  li s1, ${FRAME}
  li s2, 0
  li s3, 0
  li s4, 0
  ${set(0x70, 3)}
  ${set(0x24, 1)}
  ${set(0x20, 1)}
  ${set(0x70, 11)}
  ${queue(0, RECEIVE, 2)}
  ${queue(1, TRANSMIT, 0)}
  ${set(0x70, 15)}
receive:
  ${offer(0, RECEIVE, 's2')}
  ${back(RECEIVE, 's2', 'heard')}
  addi t0, s2, -1
  andi t0, t0, 7
  slli t0, t0, 3
  add t1, t1, t0
  lw s5, 8(t1)
  ${unless(12, 8, 'receive')}
  ${unless(13, 6, 'ping')}
  ${unless(21, 1, 'receive')}
  ${unless(41, ADDRESS, 'receive')}
  ${bytes(6, 0, 6)}
  ${own(6)}
  li t0, 2
  sb t0, 21(s1)
  ${swap(28, 38, 4)}
  ${bytes(22, 32, 6)}
  ${own(22)}
  ${say('a')}
  j send
ping:
  ${unless(13, 0, 'receive')}
  ${unless(23, 1, 'receive')}
  ${unless(33, ADDRESS, 'receive')}
  ${unless(34, 8, 'receive')}
  ${bytes(6, 0, 6)}
  ${own(6)}
  ${swap(26, 30, 4)}
  sb zero, 34(s1)
  lbu t0, 36(s1)
  addi t0, t0, 8
  sb t0, 36(s1)
  srli t0, t0, 8
  lbu t1, 37(s1)
  add t1, t1, t0
  sb t1, 37(s1)
  addi s4, s4, 1
  ${say('p')}
send:
  sd zero, -12(s1)
  sw zero, -4(s1)
  li t1, ${TRANSMIT}
  sw s5, 8(t1)
  ${offer(1, TRANSMIT, 's3')}
  ${back(TRANSMIT, 's3', 'sent')}
  li t0, 3
  bne s4, t0, receive
  li t0, 0x5555
  li t1, ${FINISHER}
  sw t0, 0(t1)
end:
  j end`;

const data = must(assemble(PROGRAM, RAM_BASE)).bytes;
const segments = [{ address: RAM_BASE, memorySize: data.length, data }];
const software = {
  ...softwareResolver({ bytes: (key) => (key === 'teaching' ? KERNEL : undefined) }),
  host: () => ok({ program: { name: 'answers', image: { entry: RAM_BASE, segments } } }),
};
const BARE: HostSpec = {
  ...{ name: 'bare', ramBytes: 16 << 20, harts: 1, timeSliceNs: 10 * NS_PER_MS, vms: [] },
  ...{ switches: [{ name: 'lan' }], software: 'nested', nics: [{ switch: 'lan' }] },
};
const ROW = rowOfHosts(1, NS_PER_MS);
const SCENARIO: Scenario = {
  ...ROW,
  hosts: [ROW.hosts[0]!, BARE],
  links: [{ a: 'left/lan', b: 'bare/lan', delayNs: NS_PER_MS }],
  commands: [],
};
const started = (): Promise<Lab> => Lab.create(SCENARIO, makerOf({ software }));
const printed = (lab: Lab): string => new TextDecoder().decode(hostOf(lab, 1).bare?.console.since(0).bytes);
const ping = (lab: Lab, count: number) =>
  lab.execute(0, {
    op: 'console.input',
    args: { vm: 'vm-left', text: `ping 10.0.0.${ADDRESS} ${count} 10\n` },
  });

test('a VM of another host pings a bare machine, which is seen at its port and in a capture, and switched on again', async () => {
  const lab = await started();
  await lab.advance(50 * NS_PER_MS);
  must(await lab.execute(1, { op: 'capture.start', args: { name: 'all', port: 'bare/0' } as never }));
  must(await ping(lab, 3));
  await lab.advance(150 * NS_PER_MS);
  expect(consoleOf(lab, 0, 'vm-left')).toContain('3 sent, 3 received, 0 % lost');
  expect(printed(lab)).toBe('appp');
  const bare = hostOf(lab, 1);
  const [lan] = must(bare.ask('switches', {})).value as AnswerOf<'switches'>;
  const port = lan!.ports.find(({ name }) => name === 'bare/0');
  expect(port).toMatchObject({ ofHost: true, nic: 0, link: 'up', mac: '52:54:00:02:00:00', rxFrames: 4 });
  expect(lan!.forwarding.map(({ mac }) => mac)).toContain(port!.mac);
  const captured = must(bare.ask('capture', { name: 'all' })).value as AnswerOf<'capture'>;
  expect(captured.frames.length).toBeGreaterThanOrEqual(8);
  // It has turned itself off, and whoever is off answers nobody.
  expect(must(bare.ask('bare', {})).value).toMatchObject({ isOff: true });
  must(await ping(lab, 1));
  await lab.advance(1200 * NS_PER_MS);
  expect(printed(lab)).toBe('appp');
  must(await lab.execute(1, { op: 'host.start', args: {} }));
  expect(await lab.execute(1, { op: 'host.start', args: {} })).toMatchObject({
    error: { code: 'host.isOn' },
  });
  await lab.advance(1210 * NS_PER_MS);
  must(await ping(lab, 2));
  await lab.advance(2500 * NS_PER_MS);
  expect(printed(lab)).toMatch(/^apppa?pp$/);
});

test('its cards are part of a link, and hang at switches that there are', () => {
  expect(must(decodeLink(must(encodeLink(SCENARIO))))).toEqual(SCENARIO);
  const having = (host: Partial<HostSpec>): Scenario => ({
    ...{ ...SCENARIO, links: [] },
    hosts: [{ ...BARE, ...host }],
  });
  const { software: _, ...ours } = BARE;
  for (const scenario of [having({ switches: [] }), { ...having({}), hosts: [ours] }])
    expect(encodeLink(scenario)).toMatchObject({ error: { code: 'scenario.hostNic' } });
});

test('a bare machine in the middle of it goes on from its snapshot as it does itself', async () => {
  const lab = await started();
  await lab.advance(50 * NS_PER_MS);
  must(await ping(lab, 2));
  const bare = hostOf(lab, 1);
  for (let ms = 50; printed(lab) === ''; ms++) await lab.advance(ms * NS_PER_MS);
  const again = must(Host.restore(ENGINE, bare.snapshot(), { software, shared: false }));
  expect(again.hash()).toBe(bare.hash());
  for (const each of [bare, again]) each.advance(lab.now + 20 * NS_PER_MS);
  expect(again.hash()).toBe(bare.hash());
});
