/** The end of a link to another host: what it holds, what it loses, and that a state of an older version goes on. */
import { expect, test } from 'vitest';
import { decode, encode } from '#base/state/codec';
import { NS_PER_MS } from '#base/virtual-time';
import { EventQueue } from '#machine/event-queue';
import { FRAME_OVERHEAD, mostUnderway, UPLINK, UPLINK_CHANNEL, Uplink } from './uplink.ts';
import { VirtualSwitch } from './virtual-switch.ts';

const SETTINGS = { link: 3, switch: 'lan', delayNs: NS_PER_MS, bitsPerSecond: 1_000_000 };
const FRAME = new Uint8Array(1500).fill(1);

function end(settings = SETTINGS) {
  let now = 0;
  const events = new EventQueue();
  const lan = new VirtualSwitch({ name: 'lan', events, now: () => now, stages: [] });
  const uplink = new Uplink(settings, 0, { switches: new Map([['lan', lan]]), events, now: () => now });
  events.on(UPLINK_CHANNEL, () => uplink.arrive());
  const goTo = (at: number): void => {
    now = at;
    events.runDue(at);
  };
  return { lan, uplink, events, goTo };
}

test('while one frame is on its way a link carries so many bytes more; what is beyond is lost, and counted', () => {
  const { uplink, goTo } = end();
  const fit = Math.floor(mostUnderway(SETTINGS) / (FRAME.length + FRAME_OVERHEAD));
  for (let sent = 0; sent < fit + 5; sent++) uplink.receive(FRAME);
  expect([uplink.take().length, uplink.lost]).toEqual([fit, 5]);
  // Whether the other end has taken them makes no difference.
  uplink.receive(FRAME);
  expect(uplink.lost).toBe(6);
  goTo(NS_PER_MS);
  uplink.receive(FRAME);
  expect(uplink.take()).toEqual([{ link: 3, at: 2 * NS_PER_MS, bytes: FRAME }]);
});

test('what is on its way is the same whenever it was handed over', () => {
  const [early, late] = [end(), end()];
  const frames = [1, 2, 3].map((ms) => ({ at: ms * NS_PER_MS + 5, bytes: FRAME }));
  for (const frame of frames) early.uplink.put(frame);
  early.goTo(NS_PER_MS);
  late.goTo(NS_PER_MS);
  for (const frame of frames) late.uplink.put(frame);
  expect(late.uplink.capture()).toEqual(early.uplink.capture());
  for (const each of [early, late]) each.goTo(2 * NS_PER_MS + 5);
  expect(late.uplink.capture()).toEqual(early.uplink.capture());
  expect(late.uplink.capture().arrivals).toHaveLength(1);
});

test('a state in which the port has its former name is one', () => {
  const { lan } = end();
  const state = lan.capture();
  const [port] = state.ports;
  expect(port?.name).toBe('link/3');
  lan.restore({ ...state, ports: [{ ...port!, name: 'link 3' }] });
  expect(lan.capture()).toEqual(state);
  expect(() => lan.restore({ ...state, ports: [{ ...port!, name: 'link 4' }] })).toThrow('port 0');
});

test('a state that holds frames without an event, as older ones do, gives them one', () => {
  const { uplink, events } = end();
  const [first, second] = [1, 2].map((ms) => ({ at: ms * NS_PER_MS, bytes: FRAME }));
  const state = decode(UPLINK, encode(UPLINK, uplink.capture()));
  uplink.restore({ ...state, arrivals: [first!], inbox: [second!] });
  expect(uplink.capture().arrivals).toEqual([first, second]);
  expect(events.length).toBe(2);
});
