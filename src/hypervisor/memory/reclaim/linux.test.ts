/** Frames are taken back from running Linux guests: what is free in one by its balloon, the rest to the swap area, and nothing is lost. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import { bootLinux, linuxVm, say, sumIn, sumOf, waitFor } from '../../fixtures/linux-host.ts';
import { command, consoleText, LINUX_SKIPPED, vmOf } from '../../fixtures/test-host.ts';
import type { Host } from '../../host.ts';
import type { ReclaimAnswer } from '../questions/reclaim.ts';

const MIB = 1 << 20;
const SWAP = { policy: 'aging', sizeBytes: 64 * MIB, compressPercent: 0, taxPercent: 75 };

/** Two Linux VMs, of which each could have all of the host's RAM but a little. */
function bootBoth(more: Partial<VmSpec> = {}, swap: Partial<typeof SWAP> = {}): Host {
  const vms = ['a', 'b'].map((name) => linuxVm(name, more));
  const host = bootLinux(vms, { ramBytes: 32 * MIB, memory: { swap: { ...SWAP, ...swap } } });
  for (const name of ['a', 'b']) say(host, 'mkdir /m; mount -t tmpfs -o size=24m memory /m', name);
  return host;
}
const WRITE = 'dd if=/dev/urandom bs=64k count=192 2>/dev/null | tee /m/x';
const READ = 'cat /m/x';

test.skipIf(LINUX_SKIPPED)(
  'what a Linux has free goes to another by its balloon, and none runs out of what it needs itself',
  () => {
    const host = bootBoth({ devices: [{ kind: 'balloon', reporting: false, deflateOnOom: true }] });
    expect(sumOf(host, WRITE)).toBeDefined();
    say(host, 'rm /m/x');
    const sum = sumOf(host, WRITE, 'b');
    const { takings } = must(host.ask('reclaim', {})).value as ReclaimAnswer;
    expect(takings.some(({ from, way }) => from === 'a' && way === 'ballooned')).toBe(true);
    expect(vmOf(host, 'a').memory.balloonedPages).toBeGreaterThan(2000);
    expect(sumOf(host, READ, 'b')).toBe(sum);
    expect(sum).toBeDefined();
    for (const name of ['a', 'b']) expect(consoleText(vmOf(host, name))).not.toContain('Out of memory');
  },
);

test.skipIf(LINUX_SKIPPED)(
  'what was taken of a Linux comes back in the opposite order, when another is off: swapped, compressed, and its balloon last',
  () => {
    const host = bootBoth(
      { devices: [{ kind: 'balloon', reporting: false, deflateOnOom: true }] },
      { compressPercent: 10 },
    );
    const text = "yes 'what compresses well' | head -c 4000000";
    const sums = [`${text} | tee /m/text`, 'dd if=/dev/urandom bs=64k count=64 2>/dev/null | tee /m/x'].map(
      (line) => sumOf(host, line),
    );
    expect(sumOf(host, 'dd if=/dev/urandom bs=64k count=256 2>/dev/null | tee /m/x', 'b')).toBeDefined();
    const { memory } = vmOf(host);
    const taken = [memory.swappedPages, memory.compressedPages, memory.balloonedPages];
    expect(Math.min(...taken)).toBeGreaterThan(50);
    command(host, 'vm.powerOff', { vm: 'b' });
    const off = host.now;
    host.advance(off + 8_000 * NS_PER_MS);
    expect([memory.swappedPages, memory.compressedPages, memory.balloonedPages]).toEqual([0, 0, 0]);
    const { givings } = must(host.ask('reclaim', {})).value as ReclaimAnswer;
    const ways = givings.filter(({ at, to }) => at >= off && to === 'a').map(({ way }) => way);
    expect(ways.filter((way, at) => way !== ways[at - 1])).toEqual(['swapped', 'compressed', 'ballooned']);
    expect(['cat /m/text', READ].map((line) => sumOf(host, line))).toEqual(sums);
  },
);

test.skipIf(LINUX_SKIPPED)(
  'two that do not fit find what they wrote, also where the swap disk was broken for a while',
  () => {
    const host = bootBoth();
    const sums = ['a', 'b'].map((name) => sumOf(host, WRITE, name));
    expect(vmOf(host, 'a').memory.swappedOut).toBeGreaterThan(1000);
    // Altogether; then so that pages still go there, and none comes back.
    for (const fails of [{}, { fails: 'reads' }]) {
      command(host, 'host.setSwapDisk', { works: false, ...fails });
      const from = consoleText(vmOf(host)).length;
      say(host, `${READ} | md5sum`);
      expect([vmOf(host).state, vmOf(host).reason?.code]).toEqual(['paused', 'vm.swapBroken']);
      command(host, 'host.setSwapDisk', { works: true });
      command(host, 'vm.resume', { vm: 'a' });
      expect(sumIn(waitFor(host, 'a', '\nended', from))).toBe(sums[0]);
      expect(sumOf(host, READ, 'b')).toBe(sums[1]);
    }
    expect(['a', 'b'].map((name) => sumOf(host, READ, name))).toEqual(sums);
    expect(sums).not.toContain(undefined);
  },
);
