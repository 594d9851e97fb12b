/**
 * Every device under a guest that writes anything anywhere: rings, registers, notifications, time (R3 of the
 * reliability goals). Whatever happens, nothing is thrown, nothing grows, and a reset brings the device back.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadState, stateOf } from '../device-state.mock.ts';
import { MockDriver } from './mock-driver.ts';
import { STATUS, VIRTIO_MMIO_REGISTERS } from './registers.ts';
import { SAMPLE_DEVICES } from './sample-devices.ts';
import { TestHost } from './test-host.ts';
import { F_EVENT_IDX } from './virtio-device.ts';

const BASE = 0x8000_0000;
const address = fc.oneof(
  fc.nat(0x1_0000).map((n) => BASE + n),
  fc.constantFrom(
    0,
    BASE - 8,
    BASE + (1 << 20) - 8,
    2 ** 34,
    2 ** 41,
    2 ** 53 - 8,
    2 ** 53,
    2 ** 56,
    2 ** 63,
  ),
);
const descriptor = fc.record({
  address,
  length: fc.oneof(fc.constantFrom(0, 1, 16, 512, 4096, 0x1_0000, 0x7fff_ffff, 0xffff_ffff), fc.nat(2000)),
  flags: fc.oneof(fc.nat(3), fc.nat(0xffff)),
  next: fc.oneof(fc.nat(9), fc.nat(0xffff)),
});
const register = fc.oneof(fc.constantFrom(...VIRTIO_MMIO_REGISTERS.map((row) => row.offset)), fc.nat(0xfff));
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('descriptor' as const),
      queue: fc.nat(3),
      index: fc.nat(8),
      d: descriptor,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('publish' as const), queue: fc.nat(3), head: fc.nat(9) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('notify' as const), queue: fc.nat(4) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('scribble' as const), at: fc.nat(0xffff), value: fc.nat(0xffff) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('register' as const),
      at: register,
      value: fc.oneof(fc.nat(16), fc.nat(0xffff_ffff)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('poke' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('time' as const), ns: fc.nat(1_000_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('start' as const), eventIndex: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('away' as const), page: fc.nat(0x20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('arrive' as const) }) },
);

/** In packed queues most of what is written at random is not available: a third as many runs find as much. */
const CASES = SAMPLE_DEVICES.flatMap((sample) => [
  { ...sample, layout: 'split' as const, numRuns: 300 },
  { ...sample, layout: 'packed' as const, numRuns: 100 },
]);

test.each(CASES)(
  '$kind, $layout, survives anything, and works again after a reset',
  ({ make, queue, buffers, layout, numRuns }) => {
    const host = new TestHost();
    const { device, poke } = make(host);
    const driver = new MockDriver(device, 8, layout);
    const other = make(new TestHost()).device;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        driver.start();
        for (const s of steps) {
          const ready = driver.slot.device !== undefined && driver.slot.queue(0).size > 0;
          if (s.do === 'descriptor') driver.setDescriptor(s.queue, s.index, s.d);
          else if (s.do === 'publish' && ready && s.queue < device.queueSizes.length)
            driver.publish(s.queue, s.head);
          else if (s.do === 'notify') driver.notify(s.queue);
          else if (s.do === 'scribble') driver.memory.writeU16(BASE + s.at, s.value);
          else if (s.do === 'register') driver.set(s.at & ~3, s.value);
          else if (s.do === 'poke') poke();
          else if (s.do === 'time') host.runTo(host.time + s.ns);
          else if (s.do === 'start')
            driver.start(s.eventIndex ? (device.features | F_EVENT_IDX) >>> 0 : device.features);
          else if (s.do === 'away') {
            // What is pinned stays; everything else may leave memory.
            if (driver.memory.pins[s.page] === 0) driver.memory.away.add(s.page);
          } else if (s.do === 'arrive') {
            driver.memory.away.clear();
            driver.slot.pageArrived();
          }
          expect(host.events.length).toBeLessThanOrEqual(2);
        }
        const state = stateOf(device);
        loadState(other, state);
        expect(stateOf(other)).toBe(state);

        driver.set(STATUS, 0);
        expect(driver.memory.pinned).toBe(0);
        driver.memory.away.clear();
        driver.start();
        const room = driver.memory.base + 0x8_0000;
        driver.memory.fill(room, 4096, 0);
        driver.submit(
          queue,
          buffers.map((buffer, i) => ({ ...buffer, gpa: room + 1024 * i })),
        );
        driver.notify(queue);
        host.runTo(host.time + 1e9);
        expect([driver.needsReset, driver.completions(queue).length]).toEqual([false, 1]);
      }),
      { numRuns },
    );
  },
  30_000,
);
