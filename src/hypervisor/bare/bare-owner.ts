/**
 * A host that is a bare machine: firmware and a system of its own own its harts from M-mode on, and all of its RAM; the hypervisor stands aside,
 * and only time is its own. So software that is a hypervisor itself finds the H extension.
 */
import { fail } from '#base/result';
import type { HostSpec } from '#base/scenario';
import { OWNER_HYPERVISOR } from '#base/views';
import type { VirtualNs } from '#base/virtual-time';
import { BarePlatform } from '#machine/bare-platform';
import { placeSoftware } from '#machine/bare-software';
import type { EngineModule } from '#machine/engine-module';
import type { Machine } from '#machine/machine';
import { FRAME_DATA, type FrameAllocator } from '../memory/frame-allocator.ts';
import { ConsoleLog } from '../monitor/console-log.ts';
import type { EventLog } from '../monitor/event-log.ts';
import type { SoftwareResolver } from '../vm/image.ts';
import type { BareState } from './state.ts';

/** What it needs of its host. */
interface OwnedHost {
  readonly spec: HostSpec;
  readonly engine: EngineModule;
  readonly machine: Machine;
  readonly frames: FrameAllocator;
  readonly log: EventLog;
  readonly now: VirtualNs;
  readonly environment: {
    readonly software: Pick<SoftwareResolver, 'host'>;
  };
}

export class BareOwner {
  readonly platform: BarePlatform;
  readonly console: ConsoleLog = new ConsoleLog();
  readonly #host: OwnedHost;
  /** It was never started, or its software has turned it off. */
  #isOff = true;

  constructor(host: OwnedHost) {
    this.#host = host;
    const { engine, machine } = host;
    this.platform = new BarePlatform(engine, {
      ...{ machine, ramBytes: machine.ram.sizeBytes, harts: machine.harts.length },
      output: (byte) => this.console.append(Uint8Array.of(byte)),
    });
  }

  get isOff(): boolean {
    return this.#isOff;
  }

  /** Power-on: all of RAM is the software's. What cannot be had is in the log. */
  begin(): void {
    const { spec, frames, environment } = this.#host;
    frames.allocateRun(frames.count, 1, OWNER_HYPERVISOR, FRAME_DATA, 0);
    const { software: name = 'nested' } = spec;
    const software = environment.software.host?.(name) ?? fail('image-missing', { name });
    const placed = software.ok ? placeSoftware(this.platform, software.value) : software;
    this.#isOff = !placed.ok;
    if (!placed.ok) this.#tell('error', placed.error.code, placed.error.data);
  }

  #tell(
    severity: 'error' | 'info',
    code: string,
    data: Readonly<Record<string, string | number>> = {},
  ): void {
    this.#host.log.add({ at: this.#host.now, severity, code, data });
  }

  /** Lets its harts run, if anything is on them. */
  advance(untilNs: VirtualNs): void {
    if (this.#isOff) {
      this.platform.pass(untilNs);
      return;
    }
    this.platform.advance(untilNs);
    if (this.platform.finish === undefined) return;
    this.#isOff = true;
    this.platform.pass(untilNs);
    this.#tell('info', 'host.softwareOff', { host: this.#host.spec.name });
  }

  /** Types bytes at its serial port; how many it has taken. */
  type(bytes: Uint8Array): number {
    return this.#isOff ? 0 : this.platform.input(bytes);
  }

  capture(): BareState {
    return { bus: this.platform.captureDevices(), console: this.console.capture(), isOff: this.#isOff };
  }
  /** Once memory and harts are as they were. */
  restore({ bus, console, isOff }: BareState, now: VirtualNs): void {
    this.platform.restoreDevices(bus, now);
    this.console.restore(console);
    this.#isOff = isOff;
  }
}
