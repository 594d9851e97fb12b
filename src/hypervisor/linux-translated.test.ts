/** Linux with the translator and without: the same state of the whole host, to the bit, at every look. */
import { expect, test } from 'vitest';
import type { HostSpec, VmSpec } from '#base/scenario';
import type { TranslationPolicy } from '#machine/translation-policy';
import { translatingAt, USUAL_POLICY } from '#machine/usual-policy';
import {
  consoleText,
  ENGINE,
  ENVIRONMENT,
  LINUX_SKIPPED,
  linux,
  SETTINGS,
  type,
  vmOf,
  vmSpec,
} from './fixtures/test-host.ts';
import { Host } from './host.ts';

const MS = 1_000_000;
const MIB = 1 << 20;
/** A look at the state this often. */
const LOOK_MS = 50;
const EAGER: TranslationPolicy = translatingAt({ sampleEvery: 2048, hot: 8, perSample: 8 });
/** The usual policy translates little of a boot this short: it is compared in longer runs. */
const IS_LONG: boolean = process.env['VIRTLAB_TRANSLATOR_CASES'] !== undefined;
const POLICIES: readonly (TranslationPolicy | undefined)[] = [
  undefined,
  EAGER,
  ...(IS_LONG ? [USUAL_POLICY] : []),
];
const HOUR = 3_600_000;

function linuxVm(name: string, kernel: 'Image-tiny' | 'Image-desk', more: Partial<VmSpec>): VmSpec {
  return vmSpec(name, linux(kernel), {
    ...{ memoryBytes: 32 * MIB, disks: [{ sizeBytes: MIB }], nics: [{ switch: 'lan' }] },
    ...{ append: 'quiet earlycon=sbi console=hvc1', ...more },
  });
}

function hosts(vms: readonly VmSpec[], harts: number): Host[] {
  const spec: HostSpec = {
    ...{ name: 'host', ramBytes: 96 * MIB, harts, switches: [{ name: 'lan' }], vms, timeSliceNs: 10_000_000 },
  };
  return POLICIES.map((translate) => Host.create(ENGINE, spec, SETTINGS, environment(translate)));
}

function environment(translate: TranslationPolicy | undefined): typeof ENVIRONMENT {
  return translate === undefined ? ENVIRONMENT : { ...ENVIRONMENT, translate };
}

/** Lets all run up to a time, and looks at them on the way. */
function compareUntil(all: readonly Host[], untilMs: number): void {
  for (let now = (all[0] as Host).now; now < untilMs * MS; now += LOOK_MS * MS) {
    const seen = all.map((host) => {
      host.advance(now + LOOK_MS * MS);
      return host.hash();
    });
    expect(seen, `after ${now / MS + LOOK_MS} ms`).toEqual(seen.map(() => seen[0]));
  }
}

test.skipIf(LINUX_SKIPPED)(
  'two Linux VMs boot, are typed at and talk to each other',
  () => {
    const all = hosts([linuxVm('a', 'Image-tiny', {}), linuxVm('b', 'Image-tiny', {})], 2);
    compareUntil(all, 600);
    for (const host of all) {
      expect(consoleText(vmOf(host))).toContain('~ # ');
      type(host, 'a', 'ifconfig eth0 10.0.0.1; i=0; while [ $i -lt 500 ]; do i=$((i+1)); done; echo a-$i\n');
      type(
        host,
        'b',
        'ifconfig eth0 10.0.0.2; dd if=/dev/zero bs=4096 count=20 | md5sum; ping -c 1 10.0.0.1\n',
      );
    }
    compareUntil(all, 1000);
    expect(consoleText(vmOf(all[0] as Host))).toContain('a-500');
    // Or nothing was compared.
    expect(all[1]?.machine.translator?.counters.regions).toBeGreaterThan(20);

    // A snapshot of one goes on as any.
    const file = (all[1] as Host).snapshot();
    const again = POLICIES.map((translate) => {
      const restored = Host.restore(ENGINE, file, environment(translate));
      if (!restored.ok) throw new Error(JSON.stringify(restored.error));
      return restored.value;
    });
    compareUntil([all[0] as Host, ...again], IS_LONG ? 3000 : 1100);
  },
  HOUR,
);

test.skipIf(LINUX_SKIPPED)(
  'a Linux with two vCPUs on two harts',
  () => {
    const all = hosts([linuxVm('a', 'Image-desk', { memoryBytes: 64 * MIB, vcpus: 2 })], 2);
    compareUntil(all, IS_LONG ? 2000 : 300);
  },
  HOUR,
);
