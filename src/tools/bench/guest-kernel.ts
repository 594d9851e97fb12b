/**
 * A kernel in a VM, the way that guests of the product run: VS-mode below two stages, pages on demand, driven by `advance` and the
 * console. In Node and in a browser; the wall clock is what a benchmark is about.
 */
import { ok } from '#base/result';
import type { VmSpec } from '#base/scenario';
import {
  DEFAULT_NS_PER_INSTRUCTION,
  DEFAULT_QUANTUM_INSTRUCTIONS,
  NS_PER_MS,
  NS_PER_S,
} from '#base/virtual-time';
import { parseImage } from '#guests/image';
import { type GuestSoftware, Host, type HostSettings } from '#hypervisor/host';
import type { EngineModule } from '#machine/engine-module';
import type { TranslationPolicy } from '#machine/translation-policy';
import { USUAL_POLICY } from '#machine/usual-policy';
import { MESSAGE_SIZE, type Message, messageOf } from './message.ts';

const MIB = 1 << 20;
/** Room for the device tree, and for what a guest is not told of. */
const SPARE_BYTES = 2 * MIB;
/** More than any kernel takes: a kernel that is still running then hangs. */
const LONGEST_NS = 1000 * NS_PER_S;
const NAME = 'vm';

/** A machine with the translator, or one that interprets everything. */
export type GuestEngine = 'virtlab' | 'virtlab-interpreter';

/** The one place that says how the two differ. */
export function translationOf(engine: GuestEngine): { readonly translate?: TranslationPolicy } {
  return engine === 'virtlab' ? { translate: USUAL_POLICY } : {};
}

/** A host's settings as scenarios have them. */
export const SETTINGS: HostSettings = {
  seed: 1,
  nsPerInstruction: DEFAULT_NS_PER_INSTRUCTION,
  quantumInstructions: DEFAULT_QUANTUM_INSTRUCTIONS,
};

/** A VM without disks and cards. */
export function plainVm(image: string, memoryBytes: number): VmSpec {
  return {
    ...{ name: NAME, image: { kind: 'builtin', name: image }, memoryBytes, vcpus: 1 },
    ...{ allocation: 'on-demand', disks: [], nics: [], autostart: true },
  };
}

/** A host for one VM, switched on. */
export function hostOf(
  engine: EngineModule,
  mode: GuestEngine,
  vm: VmSpec,
  software: GuestSoftware,
  shared: boolean,
): Host {
  const ramBytes = vm.memoryBytes + 16 * MIB;
  return Host.create(
    engine,
    { name: 'host', ramBytes, harts: 1, switches: [], vms: [vm], timeSliceNs: 10 * NS_PER_MS },
    SETTINGS,
    { software: { load: () => ok(software) }, shared, ...translationOf(mode) },
  );
}

export class GuestKernel {
  readonly #host: Host;
  #position = 0;

  /** Starts the VM, and lets it come to where it waits to be told. */
  constructor(engine: EngineModule, mode: GuestEngine, elf: Uint8Array, shared: boolean) {
    const image = parseImage(elf);
    if (!image.ok) throw new Error(image.error.code);
    const end = Math.max(...image.value.segments.map(({ address, memorySize }) => address + memorySize));
    const memoryBytes = Math.ceil((end - 0x8000_0000 + SPARE_BYTES) / MIB) * MIB;
    const software: GuestSoftware = { image: image.value, bootargs: '' };
    this.#host = hostOf(engine, mode, plainVm('kernel', memoryBytes), software, shared);
    this.#wait(1);
    this.#position++;
  }

  /** Lets time pass until the guest has written so many bytes; it then waits, and idle time costs nothing. */
  #wait(bytes: number): void {
    const host = this.#host;
    const limit = host.now + LONGEST_NS;
    const vm = host.vm(NAME);
    while (vm !== undefined && vm.console.written - this.#position < bytes) {
      if (vm.state !== 'running' || host.now > limit)
        throw new Error(`the guest does not answer: ${vm.reason?.code ?? vm.state}`);
      host.advance(host.now + NS_PER_S);
    }
  }

  /** Runs the kernel once. */
  round(): Message {
    const host = this.#host;
    const startMs = performance.now();
    host.execute({ op: 'console.input', args: { vm: NAME, text: 'r' } });
    this.#wait(MESSAGE_SIZE);
    const ms = performance.now() - startMs;
    const { bytes, position } = host.vm(NAME)!.console.since(this.#position);
    this.#position = position;
    return { ...messageOf(bytes), ms };
  }
}
