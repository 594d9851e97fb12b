/** Parts of a switch, and what is heard of frames on their way. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { SwitchParts } from '#base/scenario';
import { EventQueue } from '#machine/event-queue';
import { BROADCAST } from '../ether-frame.ts';
import { FrameTap, type TappedFrame } from '../frame-tap.ts';
import { PORT_STAGES } from '../stages/stages.ts';
import { VirtualSwitch } from '../virtual-switch.ts';
import { defineSwitchPart, type SwitchPartKind } from './switch-part.ts';

const MAC = 0x5254_0000_0000;

function frame(destination: number, source: number): Uint8Array {
  const made = new Uint8Array(60);
  const hex = destination.toString(16).padStart(12, '0') + source.toString(16).padStart(12, '0');
  made.set(Buffer.from(hex, 'hex'));
  return made;
}

/** Keeps a port from hearing, and sends what others send to one port alone. */
const HERMIT: SwitchPartKind = defineSwitchPart({
  id: 'hermit',
  settings: { port: v.number(), all: v.optional(v.number()) },
  counters: [
    { id: 'mute', unit: 'count', text: { en: 'mute', zh: '哑' } },
    { id: 'deaf', unit: 'count', text: { en: 'deaf', zh: '聋' } },
  ],
  create: ({ port, all }, self, counters) => ({
    ingress: (_, { index }) => {
      if (index !== port) return 'pass';
      counters.mute += 1;
      return 'drop';
    },
    choose: () => (all === undefined ? undefined : [all]),
    mayLeave: (_, { index }) => {
      if (index === port) counters.deaf += 1;
      return index !== port;
    },
    timer: () => self.send(0, frame(BROADCAST, self.mac)),
    portsChanged: () => self.wakeAt(self.now() + 1000),
  }),
});

function switchWith(settings: SwitchParts) {
  const events = new EventQueue();
  let now = 0;
  const tap = new FrameTap();
  const network = new VirtualSwitch({
    ...{ name: 'net0', events, now: () => now, stages: PORT_STAGES },
    ...{ tap, parts: [HERMIT], settings },
  });
  const received: number[][] = [[], [], []];
  for (let port = 0; port < 3; port++)
    network.connect(`p${port}`, { receive: (bytes) => received[port]!.push(bytes[11]!) });
  const run = (): void => {
    for (; events.nextAt() < 1e9; events.runDue(now)) now = Math.max(now, events.nextAt());
  };
  return { network, tap, received, run };
}

test('a part ends frames, chooses where they go, and sends its own', () => {
  const { network, received, run } = switchWith({ hermit: { port: 2 } });
  network.send(0, frame(BROADCAST, MAC + 7));
  network.send(2, frame(BROADCAST, MAC + 9));
  run();
  // Its own came to port 0, and it knows how often it was asked.
  expect(received.map((each) => each.filter((last) => last === 7 || last === 9).length)).toEqual([0, 1, 0]);
  expect(received[0]).toHaveLength(1);
  expect(network.parts.list[0]?.counters).toEqual({ mute: 1, deaf: 1 });

  network.setPart('hermit', { port: 2, all: 0 });
  network.send(1, frame(BROADCAST, MAC + 8));
  expect(network.parts.list[0]?.counters, 'it goes on counting').toEqual({ mute: 1, deaf: 1 });
  expect(network.counters.chosen).toBe(1);
  network.setPart('hermit', undefined);
  expect(network.parts.list).toEqual([]);
});

test('who listens hears each frame at each point of its way, with the reason where it ends', () => {
  const { network, tap, run } = switchWith({ hermit: { port: 2 } });
  run();
  const heard: TappedFrame[] = [];
  const end = tap.listen((each) => heard.push(each));
  network.send(0, frame(BROADCAST, MAC + 7));
  network.send(0, frame(BROADCAST, MAC + 7).subarray(0, 9));
  network.setLink(1, false);
  run();
  end();
  network.send(0, frame(BROADCAST, MAC + 7));
  expect(heard.map(({ point, port, number, stage, reason }) => [point, port, number, stage, reason])).toEqual(
    [
      ['accepted', 0, 1, undefined, undefined],
      ['decided', 0, 1, undefined, undefined],
      ['queued', 1, 1, undefined, undefined],
      ['dropped', 2, 1, 'hermit', 'deaf'],
      ['dropped', 0, 2, 'size', 'runt'],
      ['dropped', 1, 1, 'link', 'linkDown'],
      // The part's own, and nobody plugged in since.
      ['queued', 0, -1, undefined, undefined],
      ['delivered', 0, -1, undefined, undefined],
    ],
  );
});

test('a switch of older states has no parts; another one’s are refused', () => {
  const [bare, other] = [switchWith({}).network, switchWith({ hermit: { port: 1 } }).network];
  expect(() => other.restore(bare.capture())).toThrow('parts');
  other.restore(switchWith({ hermit: { port: 1 } }).network.capture());
});
