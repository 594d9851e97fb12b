/** How long a VM takes to answer, by frames as they pass its card. */
import { expect, test } from 'vitest';
import { putU16, putU32 } from '#base/big-endian';
import { NS_PER_MS } from '#base/virtual-time';
import { bootHost, teachingKernel, type, vmOf, vmSpec } from '../fixtures/test-host.ts';
import { Answers } from './answers.ts';

const SYN = 2;
const ACK = 0x10;
const [US, THEM] = [0x0a00_0001, 0x0a00_0002];

interface Packet {
  readonly protocol: 6 | 17;
  readonly ours: number;
  readonly theirs: number;
  readonly bytes: number;
  readonly flags?: number;
  readonly sequence?: number;
}

/** A packet between a VM and somebody else, as it leaves or comes. */
function frame(
  { protocol, ours, theirs, bytes, flags = ACK, sequence = 0 }: Packet,
  isSent: boolean,
): Uint8Array {
  const header = protocol === 6 ? 20 : 8;
  const made = new Uint8Array(Math.max(60, 34 + header + bytes));
  made[0] = 0x52;
  putU16(made, 12, 0x0800);
  made[14] = 0x45;
  putU16(made, 16, 20 + header + bytes);
  made[23] = protocol;
  putU32(made, 26, isSent ? US : THEM);
  putU32(made, 30, isSent ? THEM : US);
  putU16(made, 34, isSent ? ours : theirs);
  putU16(made, 36, isSent ? theirs : ours);
  if (protocol === 6) {
    putU32(made, 38, sequence);
    made[46] = 5 << 4;
    made[47] = flags;
  }
  return made;
}

/** A VM whose frames pass at instants that a test says, in milliseconds. */
function watched() {
  let now = 0;
  const answers = new Answers(() => now);
  const pass = (isSent: boolean) => (ms: number, packet: Packet) => {
    now = ms * NS_PER_MS;
    answers.note(frame(packet, isSent), isSent);
  };
  return { answers, comes: pass(false), goes: pass(true) };
}
const WEB = { protocol: 6, ours: 80, theirs: 40_000, bytes: 0 } as const;

test('a stream is answered when the first byte goes back, and its time begins with the last new byte', () => {
  const { answers, comes, goes } = watched();
  comes(0, { ...WEB, flags: SYN, sequence: 99 });
  goes(1, { ...WEB, flags: SYN | ACK });
  comes(2, { ...WEB, sequence: 100, bytes: 1000 });
  comes(3, { ...WEB, sequence: 1100, bytes: 200 });
  goes(4, WEB);
  // Sent once more: nothing new.
  comes(9, { ...WEB, sequence: 1100, bytes: 200 });
  goes(10, { ...WEB, bytes: 500 });
  goes(11, { ...WEB, bytes: 500 });
  expect([answers.count, answers.totalNs]).toEqual([1, 7 * NS_PER_MS]);
  comes(20, { ...WEB, sequence: 1300, bytes: 100 });
  goes(23, { ...WEB, bytes: 500 });
  expect([answers.count, answers.totalNs]).toEqual([2, 10 * NS_PER_MS]);
  expect(answers.meanNs).toBe(5 * NS_PER_MS);
});

test('a datagram that was first is a question; what the VM asks, and streams that began unseen, are none of its', () => {
  const { answers, comes, goes } = watched();
  const echo = { protocol: 17, ours: 7, theirs: 5000, bytes: 10 } as const;
  comes(0, echo);
  // Asked again for want of an answer.
  comes(5, echo);
  goes(8, echo);
  goes(9, echo);
  expect([answers.count, answers.totalNs]).toEqual([1, 8 * NS_PER_MS]);
  const query = { protocol: 17, ours: 5000, theirs: 53, bytes: 10 } as const;
  for (const ms of [20, 40]) {
    goes(ms, query);
    comes(ms + 5, query);
  }
  const fetched = { ...WEB, ours: 40_000, theirs: 80 };
  goes(60, { ...fetched, flags: SYN });
  goes(61, { ...fetched, bytes: 10, sequence: 1 });
  comes(62, { ...fetched, bytes: 10, sequence: 1 });
  goes(63, { ...fetched, bytes: 10, sequence: 11 });
  comes(70, { ...WEB, theirs: 40_001, bytes: 10 });
  goes(71, { ...WEB, theirs: 40_001, bytes: 10 });
  expect(answers.count).toBe(1);
});

test('it is told of the last second, and a state of another instant goes on the same way', () => {
  const { answers, comes, goes } = watched();
  comes(0, { ...WEB, flags: SYN, sequence: 0 });
  comes(1, { ...WEB, sequence: 1, bytes: 10 });
  goes(3, { ...WEB, bytes: 10 });
  comes(10, { ...WEB, sequence: 11, bytes: 10 });
  const saved = answers.capture();
  const later = watched();
  later.comes(5000, { ...WEB, theirs: 1, flags: SYN });
  later.answers.restore(saved);
  expect(later.answers.capture()).toEqual(saved);
  for (const [at, { answers: each, goes: sends }] of [
    [0, { answers, goes }],
    [4990, later],
  ] as const) {
    sends(14 + at, { ...WEB, bytes: 10 });
    expect([each.count, each.totalNs, each.meanNs]).toEqual([2, 6 * NS_PER_MS, 3 * NS_PER_MS]);
    sends(2000 + at, WEB);
    expect(each.meanNs).toBe(0);
  }
  // Who still waits tells it where nobody is answered, for so long as somebody may wait.
  comes(3000, { ...WEB, sequence: 21, bytes: 10 });
  goes(4500, WEB);
  expect(answers.meanNs).toBe(1500 * NS_PER_MS);
  goes(13_500, WEB);
  expect(answers.meanNs).toBe(0);
  const [open] = saved.conversations;
  const damaged = { ...saved, conversations: [{ ...open!, openNs: -2 }] };
  expect(() => answers.restore(damaged)).toThrow('still to come');
});

test('a VM answers another, and is measured; who asks is not', () => {
  const nics = [{ switch: 'lan' }];
  const [a, b] = ['a', 'b'].map((name, n) =>
    vmSpec(name, teachingKernel(), { nics, append: `virtlab.host=${name} virtlab.ip=10.0.0.${n + 1}/24` }),
  );
  const host = bootHost([a!, b!]);
  host.advance(100 * NS_PER_MS);
  type(host, 'a', 'bounce 10.0.0.2 20\n');
  host.advance(400 * NS_PER_MS);
  const { count, totalNs } = vmOf(host, 'b').answers;
  // It asks again before it is answered: several datagrams at once are one question.
  expect(count).toBeGreaterThan(1);
  expect(count).toBeLessThan(20);
  expect(totalNs / count).toBeGreaterThan(10_000);
  expect(totalNs / count).toBeLessThan(10 * NS_PER_MS);
  expect(vmOf(host, 'a').answers.count).toBe(0);
  const { fine } = vmOf(host, 'b').sampled;
  expect(fine.at(fine.count - 1, 'answers')).toBe(count);
  expect(fine.at(fine.count - 1, 'response-time')).toBe(Math.round(totalNs / count));
});
