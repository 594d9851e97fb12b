/** What a kernel is measured on, and what each needs. Missing tools leave engines out, except where everything must be there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '#base/error-message';
import { EngineModule } from '#machine/engine-module';
import { type RequirementName, requirement } from '../prerequisites.ts';
import { Chromium } from './chromium/chromium.ts';
import { compileForGuest, compileForWasm, compileNative } from './compile.ts';
import { WasmKernel } from './direct-wasm.ts';
import { type GuestEngine, GuestKernel } from './guest-kernel.ts';
import type { Kernel } from './kernel-files.ts';
import { type BootName, bootLinux, PROMPT } from './linux-boot.ts';
import { linuxFiles } from './linux-files.ts';
import type { Message } from './message.ts';
import { qemuBoot, qemuProgram } from './qemu.ts';
import type { EngineName, HostName } from './report.ts';
import { SpokenProgram } from './spoken-program.ts';

/** One engine with one kernel in it. */
export interface Engine {
  readonly name: EngineName;
  readonly host: HostName;
  round(): Message | Promise<Message>;
  close?(): void;
}

/** A kernel in the forms that the engines wanted take; what there is no tool for is absent. */
interface CompiledKernel extends Kernel {
  readonly guest?: Uint8Array;
  readonly wasm?: Uint8Array<ArrayBuffer>;
  /** Files. */
  readonly qemu?: string;
  readonly native?: string;
}

/** What a person wants measured; all of it unless stated. */
export interface Wishes {
  readonly chromium: boolean;
  readonly interpreter: boolean;
  readonly wasm: boolean;
  readonly qemu: boolean;
  readonly native: boolean;
}

const ENGINE_FILE: string = fileURLToPath(new URL('../../../.cache/engine/engine.wasm', import.meta.url));

/** Where kernels are compiled, and the engines that several kernels share. */
export class Workshop {
  readonly #wishes: Wishes;
  readonly #say: (text: string) => void;
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'virtlab-bench-'));
  readonly #engine: EngineModule;
  readonly #guests: readonly GuestEngine[];
  /** Tools whose absence has been told. */
  readonly #missing: Set<RequirementName> = new Set();
  #chromium: Chromium | undefined;

  private constructor(wishes: Wishes, engine: Uint8Array<ArrayBuffer>, say: (text: string) => void) {
    this.#wishes = wishes;
    this.#say = say;
    this.#engine = new EngineModule(engine);
    this.#guests = wishes.interpreter ? ['virtlab', 'virtlab-interpreter'] : ['virtlab'];
  }

  /** Opens the workshop, and the browser if there is one. */
  static async open(wishes: Wishes, say: (text: string) => void): Promise<Workshop> {
    const engine = new Uint8Array(readFileSync(ENGINE_FILE));
    const workshop = new Workshop(wishes, engine, say);
    const browser = wishes.chromium
      ? workshop.#tool('browser', 'nothing is measured in Chromium')
      : undefined;
    if (browser !== undefined) workshop.#chromium = await Chromium.start(browser, engine);
    return workshop;
  }

  /** A tool's path; without it, says what is not measured. */
  #tool(name: RequirementName, loss: string): string | undefined {
    const found = requirement(name);
    if (!found.skip) return found.path;
    if (!this.#missing.has(name)) this.#say(`no ${name}: ${loss}\n`);
    this.#missing.add(name);
    return undefined;
  }

  /** Compiles all kernels for every engine before anything is started, and throws with all that does not compile. */
  compile(kernels: readonly Kernel[]): CompiledKernel[] {
    const problems: string[] = [];
    const compiled = kernels.map((kernel): CompiledKernel => {
      try {
        return this.#compiled(kernel);
      } catch (error) {
        problems.push(`${kernel.name}: ${messageOf(error)}`);
        return kernel;
      }
    });
    if (problems.length === 0) return compiled;
    throw new Error(`${problems.length} of ${kernels.length} do not compile\n${problems.join('\n')}`);
  }

  #compiled(kernel: Kernel): CompiledKernel {
    const { name, path, kind } = kernel;
    const isPlain = kind !== 'exit';
    const file = (ending: string): string => join(this.#folder, `${name}.${ending}`);
    let compiled: CompiledKernel = kernel;
    const bare = this.#tool('bare-compiler', 'no guests are measured');
    if (bare !== undefined) {
      compileForGuest(bare, path, 'vm', file('elf'));
      compiled = { ...compiled, guest: new Uint8Array(readFileSync(file('elf'))) };
    }
    if (bare !== undefined && this.#qemu() !== undefined) {
      // Kernels have what QEMU does best; what is about exits and two stages has both there too.
      const home = kind === 'int' || kind === 'fp' ? 'qemu' : 'qemu-two-stage';
      compileForGuest(bare, path, home, file('qemu.elf'));
      compiled = { ...compiled, qemu: file('qemu.elf') };
    }
    const isWasmWanted = isPlain && this.#wishes.wasm;
    const clang = isWasmWanted
      ? this.#tool('clang', 'nothing is compared with direct WebAssembly')
      : undefined;
    if (clang !== undefined) compiled = { ...compiled, wasm: compileForWasm(clang, path, file('wasm')) };
    const isNativeWanted = isPlain && this.#wishes.native;
    const native = isNativeWanted
      ? this.#tool('native-compiler', 'nothing is compared with native code')
      : undefined;
    if (native === undefined) return compiled;
    compileNative(native, path, file('native'));
    return { ...compiled, native: file('native') };
  }

  #qemu(): string | undefined {
    return this.#wishes.qemu ? this.#tool('qemu', 'nothing is compared with QEMU') : undefined;
  }

  /** All engines for a kernel; each is ready to run it for the first time. */
  async enginesFor({ name, guest, wasm, qemu, native }: CompiledKernel): Promise<Engine[]> {
    const engines: Engine[] = [];
    if (guest !== undefined) engines.push(...(await this.#guestEngines(name, guest)));
    if (wasm !== undefined) engines.push(...(await this.#wasmEngines(name, wasm)));
    if (qemu !== undefined) engines.push(await spoken('qemu', qemuProgram(this.#qemu()!, qemu)));
    if (native !== undefined) engines.push(await spoken('native', new SpokenProgram(native, [])));
    return engines;
  }

  async #guestEngines(kernel: string, elf: Uint8Array): Promise<Engine[]> {
    const engines: Engine[] = [];
    for (const name of this.#guests) {
      const guest = new GuestKernel(this.#engine, name, elf, false);
      engines.push({ name, host: 'node', round: () => guest.round() });
    }
    for (const name of this.#chromium === undefined ? [] : this.#guests) {
      const address = this.#chromium!.serve(`${kernel}.elf`, elf);
      engines.push(await this.#inChromium(name, { op: 'guest', mode: name, file: address }, kernel));
    }
    return engines;
  }

  async #inChromium(
    name: EngineName,
    command:
      | { op: 'guest'; mode: GuestEngine; file: string }
      | { op: 'wasm'; file: string }
      | { op: 'linux'; mode: GuestEngine; boot: BootName; image: string; initrd: string },
    kernel: string,
  ): Promise<Engine> {
    const chromium = this.#chromium!;
    const id = `${kernel} ${name}`;
    await chromium.command({ ...command, id });
    return { name, host: 'chromium', round: async () => (await chromium.command({ op: 'round', id }))! };
  }

  async #wasmEngines(kernel: string, bytes: Uint8Array<ArrayBuffer>): Promise<Engine[]> {
    const wasm = new WasmKernel(bytes);
    const engines: Engine[] = [{ name: 'wasm', host: 'node', round: () => wasm.round() }];
    if (this.#chromium === undefined) return engines;
    const file = this.#chromium.serve(`${kernel}.wasm`, bytes);
    return [...engines, await this.#inChromium('wasm', { op: 'wasm', file }, kernel)];
  }

  /** All engines that can boot a Linux. */
  async bootEngines(boot: BootName): Promise<Engine[]> {
    const folder = this.#tool('linux', 'no boot is measured (npm run guests:linux makes images)');
    if (folder === undefined) return [];
    const files = linuxFiles(folder, boot);
    if (files === undefined) {
      this.#say(`${boot} is not packaged: its boot is not measured\n`);
      return [];
    }
    const engines = this.#guests.map(
      (name): Engine => ({
        ...{ name, host: 'node', round: () => bootLinux(this.#engine, name, boot, files, false) },
      }),
    );
    for (const name of this.#chromium === undefined ? [] : this.#guests) {
      const image = this.#chromium!.serve(`${boot}.image`, files.image);
      const initrd = this.#chromium!.serve(`${boot}.initrd`, files.initrd);
      engines.push(await this.#inChromium(name, { op: 'linux', mode: name, boot, image, initrd }, boot));
    }
    const qemu = boot === 'linux-tiny' ? this.#qemu() : undefined;
    if (qemu === undefined) return engines;
    const image = join(this.#folder, 'linux.image');
    const initrd = join(this.#folder, 'linux.initrd');
    writeFileSync(image, files.image);
    writeFileSync(initrd, files.initrd);
    return [...engines, { name: 'qemu', host: 'os', round: () => qemuBoot(qemu, image, initrd, PROMPT) }];
  }

  async close(): Promise<void> {
    await this.#chromium?.close();
    rmSync(this.#folder, { recursive: true });
  }
}

/** A program of its own, once it has started. */
async function spoken(name: 'qemu' | 'native', program: SpokenProgram): Promise<Engine> {
  await program.ready();
  return { name, host: 'os', round: () => program.round(), close: () => program.close() };
}
