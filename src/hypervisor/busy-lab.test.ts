/**
 * Memory over a long time: eight VMs, of which five are busy teaching kernels and two write code, run it and write it again without end.
 * What the host holds must not grow, and compiled code that was dropped must be given back.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { USUAL_POLICY } from '#machine/usual-policy';
import {
  ENGINE,
  ENVIRONMENT,
  program,
  SETTINGS,
  teachingKernel,
  type,
  vmSpec,
} from './fixtures/test-host.ts';
import { Host } from './host.ts';

const MIB = 1 << 20;
const MS = 1_000_000;
/** Of virtual time: until everything is warm, and what is looked at then. `VIRTLAB_LONG_MS` for more. */
const WARM_MS = 1500;
const LONG_MS = Number(process.env['VIRTLAB_LONG_MS'] ?? 8000);
/** Less than what would be there after this time if nothing were given back. */
const MOST_GROWTH = 3 * MIB;
/** Compiled code that may be kept: so little that much is dropped. */
const CACHE = 2 * MIB;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** All modules that are compiled, as long as somebody holds them. */
const modules: WeakRef<object>[] = [];
const scope = globalThis as unknown as { WebAssembly: { Module: new (bytes: Uint8Array) => object } };
scope.WebAssembly.Module = new Proxy(scope.WebAssembly.Module, {
  construct(compile, [bytes]: [Uint8Array]) {
    const module = new compile(bytes);
    modules.push(new WeakRef(module));
    return module;
  },
});
const heldModules = (): number => modules.filter((each) => each.deref() !== undefined).length;

/** Copies a loop into one page after the other, calls each until it is hot, and begins anew with the pages that were first. */
const writer = (pages: number): string => `
    la s0, pages
  again:
    li s3, ${pages}
    mv s1, s0
    addi s9, s9, 1
  page:
    la s2, template
    li t0, 24
    mv t1, s1
  copy: lw t2, 0(s2)
    sw t2, 0(t1)
    addi s2, s2, 4
    addi t1, t1, 4
    addi t0, t0, -4
    bnez t0, copy
    sw s9, 1024(s1)
    li s4, 60
  run: jalr ra, 0(s1)
    addi s4, s4, -1
    bnez s4, run
    li t0, 4096
    add s1, s1, t0
    addi s3, s3, -1
    bnez s3, page
    j again
    .align 3
  template: li t3, 1000
  inner: addi a0, a0, 3
    xor a1, a1, a0
    addi t3, t3, -1
    bnez t3, inner
    ret
    .align 12
  pages: .word 0`;

function busyLab(): Host {
  const kernels = ['k1', 'k2', 'k3', 'k4', 'k5'];
  const vms = [
    ...kernels.map((name) => vmSpec(name, teachingKernel(), { nics: [{ switch: 'lan' }] })),
    vmSpec('w1', program('writer', writer(200))),
    vmSpec('w2', program('writer-2', writer(130))),
    vmSpec('s', program('spin', 'loop: addi a0, a0, 1\n j loop')),
  ];
  const spec = {
    ...{ name: 'host', ramBytes: 64 * MIB, harts: 2, switches: [{ name: 'lan' }], vms, timeSliceNs: 10 * MS },
  };
  const translate = { ...USUAL_POLICY, cacheBytes: CACHE };
  const host = Host.create(ENGINE, spec, SETTINGS, { ...ENVIRONMENT, translate });
  host.advance(200 * MS);
  kernels.forEach((name, i) => {
    type(host, name, `cpu ${[30, 60, 90, 100, 45][i]}\n`);
  });
  return host;
}

/** What is held once all that can be has been given back. */
async function held(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((resume) => setTimeout(resume, 20));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test('a busy lab of eight VMs does not grow', { timeout: 3_600_000 }, async () => {
  const host = busyLab();
  host.advance(host.now + WARM_MS * MS);
  const before = await held();
  const early = host.machine.translator?.counters;
  host.advance(host.now + LONG_MS * MS);
  const after = await held();
  const late = host.machine.translator?.counters;
  const grown = (after - before) / MIB;
  console.log(
    `  ${((late?.regions ?? 0) - (early?.regions ?? 0)).toFixed(0)} more regions in ${LONG_MS} ms, ` +
      `${late?.live} live, ${late?.bytes} bytes, ${heldModules()} modules of ${modules.length} held; ${grown.toFixed(2)} MiB more`,
  );
  expect(late?.killed ?? 0).toBeGreaterThan(200);
  expect(late?.cost ?? 0).toBeLessThan(1.1 * CACHE);
  // The engine, and what is live; a collector may be slow.
  expect(heldModules()).toBeLessThanOrEqual((late?.live ?? 0) + 20);
  expect(after - before).toBeLessThan(MOST_GROWTH);
});
