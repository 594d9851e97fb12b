/** Frames are taken back from running Linux guests: what is free in one by its balloon, the rest to the swap area, and nothing is lost. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import { USUAL_POLICY } from '#machine/translation-policy';
import {
  bootHost,
  command,
  consoleText,
  ENVIRONMENT,
  LINUX_SKIPPED,
  linux,
  type,
  vmOf,
  vmSpec,
} from '../../fixtures/test-host.ts';
import type { Host } from '../../host.ts';
import type { ReclaimAnswer } from '../questions/reclaim.ts';

const MIB = 1 << 20;
const S = 1000 * NS_PER_MS;
const SWAP = { policy: 'aging', sizeBytes: 64 * MIB, compressPercent: 0, taxPercent: 75 };

const vm = (name: string, devices: VmSpec['devices']): VmSpec =>
  vmSpec(name, linux('Image-tiny'), {
    ...{ memoryBytes: 32 * MIB, append: 'quiet earlycon=sbi console=hvc1', allocation: 'on-demand' },
    ...(devices === undefined ? {} : { devices }),
  });

/** Two Linux VMs at their shells, of which each could have all of the host's RAM but a little. */
function bootBoth(devices?: VmSpec['devices']): Host {
  const host = bootHost(
    [vm('a', devices), vm('b', devices)],
    { ramBytes: 32 * MIB, memory: { swap: SWAP } },
    { ...ENVIRONMENT, translate: USUAL_POLICY },
  );
  for (const name of ['a', 'b']) {
    waitFor(host, name, '~ # ');
    type(host, name, 'mkdir /m; mount -t tmpfs -o size=24m memory /m\n');
  }
  return host;
}

/** Runs until a console has said something, or the VM can not go on. */
function waitFor(host: Host, name: string, text: string, from = 0): string {
  const said = (): string => consoleText(vmOf(host, name)).slice(from);
  for (const end = host.now + 60 * S; host.now < end && !said().includes(text); ) {
    if (vmOf(host, name).state !== 'running') break;
    host.advance(host.now + 20 * NS_PER_MS);
  }
  return said();
}

/** What `md5sum` says of what a line of the shell makes. */
function sumOf(host: Host, name: string, line: string): string | undefined {
  const from = consoleText(vmOf(host, name)).length;
  type(host, name, `${line} | md5sum; echo "do"ne\n`);
  return /[0-9a-f]{32}/.exec(waitFor(host, name, 'done', from))?.[0];
}
const WRITE = 'dd if=/dev/urandom bs=64k count=192 2>/dev/null | tee /m/x';
const READ = 'cat /m/x';

test.skipIf(LINUX_SKIPPED)(
  'what a Linux has free goes to another by its balloon, and none runs out of what it needs itself',
  () => {
    const host = bootBoth([{ kind: 'balloon', reporting: false, deflateOnOom: true }]);
    expect(sumOf(host, 'a', WRITE)).toBeDefined();
    type(host, 'a', 'rm /m/x\n');
    const sum = sumOf(host, 'b', WRITE);
    const { takings } = must(host.ask('reclaim', {})).value as ReclaimAnswer;
    expect(takings.some(({ from, way }) => from === 'a' && way === 'ballooned')).toBe(true);
    expect(vmOf(host, 'a').memory.balloonedPages).toBeGreaterThan(2000);
    expect(sumOf(host, 'b', READ)).toBe(sum);
    expect(sum).toBeDefined();
    for (const name of ['a', 'b']) expect(consoleText(vmOf(host, name))).not.toContain('Out of memory');
  },
);

test.skipIf(LINUX_SKIPPED)(
  'two that do not fit find what they wrote, also where the swap disk was broken for a while',
  () => {
    const host = bootBoth();
    const sums = ['a', 'b'].map((name) => sumOf(host, name, WRITE));
    expect(vmOf(host, 'a').memory.swappedOut).toBeGreaterThan(1000);
    command(host, 'host.setSwapDisk', { works: false });
    sumOf(host, 'a', READ);
    expect([vmOf(host, 'a').state, vmOf(host, 'a').reason?.code]).toEqual(['paused', 'vm.swapBroken']);
    command(host, 'host.setSwapDisk', { works: true });
    command(host, 'vm.resume', { vm: 'a' });
    expect(/[0-9a-f]{32}/.exec(waitFor(host, 'a', 'done', consoleText(vmOf(host, 'a')).length))?.[0]).toBe(
      sums[0],
    );
    expect(['a', 'b'].map((name) => sumOf(host, name, READ))).toEqual(sums);
    expect(sums).not.toContain(undefined);
  },
);
