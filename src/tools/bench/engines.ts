/** What a kernel is measured on, and what each needs. Missing tools leave engines out, except where everything must be there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

  /** All engines for a kernel; each is ready to run it for the first time. */
  async enginesFor(kernel: Kernel): Promise<Engine[]> {
    const isPlain = kernel.kind !== 'exit';
    return [
      ...(await this.#guestEngines(kernel)),
      ...(isPlain && this.#wishes.wasm ? await this.#wasmEngines(kernel) : []),
      ...(this.#wishes.qemu ? await this.#qemuEngines(kernel) : []),
      ...(isPlain && this.#wishes.native ? await this.#nativeEngines(kernel) : []),
    ];
  }

  async #guestEngines(kernel: Kernel): Promise<Engine[]> {
    const compiler = this.#tool('bare-compiler', 'no guests are measured');
    if (compiler === undefined) return [];
    const file = join(this.#folder, `${kernel.name}.elf`);
    compileForGuest(compiler, kernel.path, 'vm', file);
    const elf = new Uint8Array(readFileSync(file));
    const engines: Engine[] = [];
    for (const name of this.#guests) {
      const guest = new GuestKernel(this.#engine, name, elf, false);
      engines.push({ name, host: 'node', round: () => guest.round() });
    }
    for (const name of this.#chromium === undefined ? [] : this.#guests) {
      const address = this.#chromium!.serve(`${kernel.name}.elf`, elf);
      engines.push(await this.#inChromium(name, { op: 'guest', mode: name, file: address }, kernel.name));
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

  async #wasmEngines(kernel: Kernel): Promise<Engine[]> {
    const compiler = this.#tool('clang', 'nothing is compared with direct WebAssembly');
    if (compiler === undefined) return [];
    const bytes = compileForWasm(compiler, kernel.path, join(this.#folder, `${kernel.name}.wasm`));
    const wasm = new WasmKernel(bytes);
    const engines: Engine[] = [{ name: 'wasm', host: 'node', round: () => wasm.round() }];
    if (this.#chromium === undefined) return engines;
    const file = this.#chromium.serve(`${kernel.name}.wasm`, bytes);
    return [...engines, await this.#inChromium('wasm', { op: 'wasm', file }, kernel.name)];
  }

  async #qemuEngines(kernel: Kernel): Promise<Engine[]> {
    const qemu = this.#tool('qemu', 'nothing is compared with QEMU');
    const compiler = this.#tool('bare-compiler', 'no guests are measured');
    if (qemu === undefined || compiler === undefined) return [];
    // Kernels have what QEMU does best; what is about exits and two stages has both there too.
    const home = kernel.kind === 'int' || kernel.kind === 'fp' ? 'qemu' : 'qemu-two-stage';
    const elf = join(this.#folder, `${kernel.name}.qemu.elf`);
    compileForGuest(compiler, kernel.path, home, elf);
    return [await spoken('qemu', qemuProgram(qemu, elf))];
  }

  async #nativeEngines(kernel: Kernel): Promise<Engine[]> {
    const compiler = this.#tool('native-compiler', 'nothing is compared with native code');
    if (compiler === undefined) return [];
    const program = join(this.#folder, `${kernel.name}.native`);
    compileNative(compiler, kernel.path, program);
    return [await spoken('native', new SpokenProgram(program, []))];
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
    const isCompared = this.#wishes.qemu && boot === 'linux-tiny';
    const qemu = isCompared ? this.#tool('qemu', 'nothing is compared with QEMU') : undefined;
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
