/**
 * Linux in a VM on a host of its own (attached mode), from power-on to the prompt of its shell: what a person waits for. `tiny` in 32
 * MiB, or Debian's own kernel in 128 MiB. In Node and in a browser; nothing is kept between boots but what the JavaScript engine has
 * compiled.
 */
import { NS_PER_MS, NS_PER_S } from '#base/virtual-time';
import { BUILTIN_GUESTS, commandLine } from '#guests/catalogue';
import { parseImage } from '#guests/image';
import type { EngineModule } from '#machine/engine-module';
import { type GuestEngine, hostOf, plainVm } from './guest-kernel.ts';
import type { Message } from './message.ts';

/** Whose boot is measured. */
export type BootName = 'linux-tiny' | 'linux-stock';
/** What the shell writes when it waits for a command. */
export const PROMPT: RegExp = /:~# /;
/** They take half a second of virtual time, and seven. */
const LONGEST_NS = 60 * NS_PER_S;

/** A kernel and its initial RAM disk, uncompressed. */
export interface LinuxFiles {
  readonly image: Uint8Array;
  readonly initrd: Uint8Array;
}

/** Boots once, with a machine made for it. */
export function bootLinux(
  engine: EngineModule,
  mode: GuestEngine,
  name: BootName,
  files: LinuxFiles,
  shared: boolean,
): Message {
  const startMs = performance.now();
  const image = parseImage(files.image);
  if (!image.ok) throw new Error(image.error.code);
  const guest = BUILTIN_GUESTS[name];
  const spec = plainVm(name, guest.defaultMemoryBytes);
  const bootargs = commandLine(guest, { hostName: spec.name, addresses: [] });
  const software = { image: image.value, initrd: files.initrd, bootargs };
  const host = hostOf(engine, mode, spec, software, shared);
  const vm = host.vm(spec.name);
  const text = new TextDecoder();
  let tail = '';
  let position = 0;
  while (!PROMPT.test(tail)) {
    host.advance(host.now + NS_PER_MS);
    const part = vm?.console.since(position);
    if (part === undefined || vm?.state !== 'running' || host.now > LONGEST_NS)
      throw new Error(`Linux does not come to its prompt: ${vm?.reason?.code ?? vm?.state ?? 'no VM'}`);
    position = part.position;
    tail = (tail + text.decode(part.bytes)).slice(-80);
  }
  return { result: 0, instructions: host.instructions, ms: performance.now() - startMs };
}
