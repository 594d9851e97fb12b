/**
 * Linux `tiny` in a VM of 32 MiB on a host of its own (attached mode), from power-on to the prompt of its shell: what a
 * person waits for. Image and initial RAM disk are those that `npm run guests:linux` packaged.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ok } from '#base/result';
import type { VmSpec } from '#base/scenario';
import {
  DEFAULT_NS_PER_INSTRUCTION,
  DEFAULT_QUANTUM_INSTRUCTIONS,
  NS_PER_MS,
  NS_PER_S,
} from '#base/virtual-time';
import {
  BUILTIN_GUESTS,
  commandLine,
  filesOf,
  GUESTS_FILE,
  type GuestFile,
  parseGuestList,
} from '#guests/catalogue';
import { parseImage } from '#guests/image';
import { type GuestSoftware, Host } from '#hypervisor/host';
import type { EngineModule } from '#machine/engine-module';

const MIB = 1 << 20;
const GUEST = BUILTIN_GUESTS['linux-tiny'];
const PROMPT = /:~# /;
/** It takes half a second of virtual time. */
const LONGEST_NS = 10 * NS_PER_S;

const SPEC: VmSpec = {
  name: 'vm',
  image: { kind: 'builtin', name: GUEST.name },
  memoryBytes: GUEST.defaultMemoryBytes,
  vcpus: 1,
  allocation: 'on-demand',
  disks: [],
  nics: [],
  autostart: true,
};

export interface Boot {
  readonly ms: number;
  readonly instructions: number;
  readonly virtualMs: number;
  readonly exits: number;
}

/** What the VM is started with. */
export function linuxSoftware(folder: string): GuestSoftware {
  const list = parseGuestList(readFileSync(join(folder, GUESTS_FILE), 'utf8'));
  const files = list.ok ? filesOf(GUEST, list.value) : list;
  if (!files.ok || files.value === undefined) throw new Error('npm run guests:linux packages Linux');
  const bytes = ({ file }: GuestFile): Uint8Array =>
    new Uint8Array(gunzipSync(readFileSync(join(folder, file))));
  const image = parseImage(bytes(files.value.image));
  if (!image.ok) throw new Error(image.error.code);
  const bootargs = commandLine(GUEST, { hostName: SPEC.name, addresses: [] });
  return { image: image.value, initrd: bytes(files.value.initrd), bootargs };
}

/** Boots once; nothing is kept from one time to the next but what the JavaScript engine has compiled. */
export function bootLinux(engine: EngineModule, software: GuestSoftware): Boot {
  const startMs = performance.now();
  const host = Host.create(
    engine,
    { name: 'host', ramBytes: 48 * MIB, harts: 1, switches: [], vms: [SPEC], timeSliceNs: 10 * NS_PER_MS },
    {
      seed: 1,
      nsPerInstruction: DEFAULT_NS_PER_INSTRUCTION,
      quantumInstructions: DEFAULT_QUANTUM_INSTRUCTIONS,
    },
    { software: { load: () => ok(software) }, shared: false },
  );
  const vm = host.vm(SPEC.name);
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
  const ms = performance.now() - startMs;
  const { instructions, now } = host;
  return { ms, instructions, virtualMs: now / NS_PER_MS, exits: vm?.measure().exits ?? 0 };
}
