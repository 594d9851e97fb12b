/**
 * Plays kernels on the machine of the commit in a folder: started with that folder and the kernels' files, it plays the kernel
 * whose number comes in a line, and answers with a line. The code that runs the guest is that commit's own.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

/** What every commit has, under these names. */
interface EngineModules {
  readonly EngineModule: new (bytes: Uint8Array) => unknown;
}
interface GuestModules {
  readonly GuestKernel: new (
    engine: unknown,
    mode: 'virtlab',
    elf: Uint8Array,
    shared: boolean,
  ) => { round(): { readonly result: number } };
}

async function main(): Promise<void> {
  const [folder = '', ...elfs] = process.argv.slice(2);
  const load = (path: string): Promise<unknown> => import(pathToFileURL(join(folder, path)).href);
  const { EngineModule } = (await load('src/machine/engine-module.ts')) as EngineModules;
  const { GuestKernel } = (await load('src/tools/bench/guest-kernel.ts')) as GuestModules;
  const engine = new EngineModule(new Uint8Array(readFileSync(join(folder, '.cache/engine/engine.wasm'))));
  const guests = elfs.map(
    (elf) => new GuestKernel(engine, 'virtlab', new Uint8Array(readFileSync(elf)), false),
  );
  for await (const line of createInterface({ input: process.stdin })) {
    const before = process.cpuUsage();
    const message = guests[Number(line)]?.round();
    if (message === undefined) throw new Error(`no kernel ${line}`);
    // Time of the processor, not of the wall: what else runs on the machine takes the wall's.
    const { user, system } = process.cpuUsage(before);
    process.stdout.write(`${JSON.stringify({ result: message.result, ms: (user + system) / 1000 })}\n`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
