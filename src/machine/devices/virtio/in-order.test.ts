/** IN_ORDER (virtio 1.2, §6.2): a device that offers it gives the buffers of a queue back in the order in which they were made available. */
import { expect, test } from 'vitest';
import { RandomGenerator } from '../../random-generator.ts';
import { LAYOUTS, MockDriver } from './mock-driver.ts';
import { SAMPLE_DEVICES } from './sample-devices.ts';
import { TestHost } from './test-host.ts';

const ROUNDS = 300;

const CASES = SAMPLE_DEVICES.flatMap((sample) => LAYOUTS.map((layout) => ({ ...sample, layout })));

test.each(CASES)('$kind, $layout', ({ kind, make, queue, buffers, layout }) => {
  const host = new TestHost();
  const { device, poke } = make(host);
  const driver = new MockDriver(device, 16, layout).start();
  const offers = (driver.slot.offered[1]! & 8) !== 0;
  // Offered with packed queues, and held to in all; a disk completes requests as its drive does.
  expect(offers).toBe(layout === 'packed' && kind !== 'block');
  if (kind === 'block') return;
  const random = new RandomGenerator(1);
  const room = driver.memory.base + 0x8_0000;
  const asked = device.queueSizes.map((): number[] => []);
  let completed = 0;
  const look = (): void => {
    for (const each of asked.keys())
      for (const { head } of driver.completions(each)) {
        expect(asked[each]!.shift()).toBe(head);
        completed += 1;
      }
  };
  for (let round = 0; round < ROUNDS; round++) {
    // Other queues get buffers to write, as terminals and cards have them.
    for (const each of asked.keys()) {
      if (asked[each]!.length > 4) continue;
      const parts = each === queue ? buffers : [{ length: 64, writable: each === 0 }];
      for (let n = random.next() % 4; n > 0; n--)
        asked[each]!.push(
          driver.submit(
            each,
            parts.map((part, at) => ({ ...part, gpa: room + 1024 * at })),
          ),
        );
    }
    for (const each of asked.keys()) if (random.next() % 2 === 0) driver.notify(each);
    if (random.next() % 3 === 0) poke();
    host.runTo(host.time + 1_000_000);
    look();
    expect(driver.needsReset).toBe(false);
  }
  expect(completed).toBeGreaterThan(ROUNDS / 2);
});
