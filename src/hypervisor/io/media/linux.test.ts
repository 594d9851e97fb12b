/** Linux guests at one hard disk, as in the lab with the noisy neighbour: queued for fairly, the other VM has its half. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { NS_PER_MS } from '#base/virtual-time';
import { bootHost, LINUX_SKIPPED, linux, type, vmSpec } from '../../fixtures/test-host.ts';
import type { IoAnswer } from '../questions/io.ts';

const S = 1000 * NS_PER_MS;
const DISK = { sizeBytes: 1 << 30 };

test.skipIf(LINUX_SKIPPED)(
  'queued for fairly, the neighbour has its half of the disk, and more is read',
  () => {
    const more = { memoryBytes: 32 << 20, append: 'quiet earlycon=sbi console=hvc1' };
    const vms = [
      vmSpec('steady', linux('Image-tiny'), { ...more, disks: [DISK] }),
      vmSpec('noisy', linux('Image-tiny'), { ...more, disks: [DISK, DISK, DISK] }),
    ];
    const storage = [{ name: 'disk0', model: { kind: 'hard-disk' } }];
    const host = bootHost(vms, { ramBytes: 128 << 20, harts: 2, storage });
    const advance = (seconds: number): void => {
      for (const end = host.now + seconds * S; host.now < end; ) host.advance(end);
    };
    const steady = () => {
      const { disks } = must(host.ask('io', {})).value as IoAnswer;
      const own = disks[0]!.disks.find(({ vm }) => vm === 'steady')!;
      return { ...own, inAll: disks[0]!.disks.reduce((sum, { servedNs }) => sum + servedNs, 0) };
    };
    const share = (from: ReturnType<typeof steady>, to: ReturnType<typeof steady>): number =>
      (to.servedNs - from.servedNs) / (to.inAll - from.inAll);
    advance(2);
    for (const [vm, disks] of [
      ['steady', 'a'],
      ['noisy', 'a b c'],
    ] as const)
      type(host, vm, `for d in ${disks}; do dd if=/dev/vd$d of=/dev/null bs=64k & done\n`);
    advance(1);
    const start = steady();
    advance(2);
    const fifo = steady();
    must(host.execute({ op: 'host.setIoScheduler', args: { disk: 'disk0', scheduler: { kind: 'fair' } } }));
    advance(2);
    const fair = steady();
    expect(share(start, fifo)).toBeLessThan(0.35);
    expect(share(fifo, fair)).toBeGreaterThan(0.4);
    expect(fair.bytes - fifo.bytes).toBeGreaterThan(1.3 * (fifo.bytes - start.bytes));
  },
);
