/** Owners of frames are checked at each access where tests ask for it: a mistake of ours that would show a VM another one's page ends it. */
import { expect, test } from 'vitest';
import { bootHost, ENVIRONMENT, vmOf, vmSpec } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import { MemoryRig } from './fixtures/rig.ts';
import { WORKER_PAGES_AT, worker } from './fixtures/worker.ts';
import { READ, WRITE } from './page-access.ts';

test('a page in a frame of another VM is not given to whoever asks for it', () => {
  const rig = new MemoryRig({ vms: 2 });
  const [mine, other] = [rig.vms[0]!, rig.vms[1]!];
  const { base } = mine.slots[0]!;
  for (const vm of rig.vms) expect(vm.access(base, WRITE)).toBeGreaterThan(0);
  mine.slots[0]!.frames[0] = other.slots[0]!.frames[0]!;
  expect(() => mine.access(base, READ)).toThrow(/frame of its own/);
  expect(() => mine.readU32(base)).toThrow(/frame of its own/);
});

/** Two guests; a mistake names a page of the second as where the first one's lies, and that is about to be mapped for its hart. */
function mistaken(checkOwners: boolean): Host {
  const host = bootHost(
    [vmSpec('a', worker({ pages: 8 })), vmSpec('b', worker({ pages: 8 }))],
    {},
    {
      ...ENVIRONMENT,
      checkOwners,
    },
  );
  host.advance(20_000_000);
  const [a, b] = [vmOf(host, 'a').memory, vmOf(host, 'b').memory];
  const slot = a.slots[0]!;
  const page = slot.pageOf(WORKER_PAGES_AT);
  // Its entry has gone, and the next access makes it anew.
  a.protect(WORKER_PAGES_AT, 0);
  slot.frames[page] = b.slots[0]!.frames[page]!;
  slot.rights[page] = 0xe;
  host.advance(60_000_000);
  return host;
}

test('a hart gets no way to such a frame: its VM ends, and no other', () => {
  const host = mistaken(true);
  expect(vmOf(host, 'a')).toMatchObject({ state: 'failed', reason: { code: 'internal' } });
  expect(vmOf(host, 'b').state).toBe('running');
});

test('a host that nobody has asked to does not check', () => {
  expect(vmOf(mistaken(false), 'a').state).toBe('running');
});
