/**
 * A host that is a bare machine: firmware and a system of its own own its harts from M-mode on, and all of its RAM; the hypervisor stands aside,
 * and only time is its own. So software that is a hypervisor itself finds the H extension.
 */
import { RAM_BASE } from '#base/addresses';
import { fail } from '#base/result';
import type { HostNicSpec, HostSpec } from '#base/scenario';
import { OWNER_HYPERVISOR } from '#base/views';
import type { VirtualNs } from '#base/virtual-time';
import { BarePlatform } from '#machine/bare-platform';
import { placeSoftware } from '#machine/bare-software';
import type { Transmit } from '#machine/devices/virtio/device-kind';
import type { EngineModule } from '#machine/engine-module';
import type { Machine } from '#machine/machine';
import { FRAME_DATA, type FrameAllocator } from '../memory/frame-allocator.ts';
import { ConsoleLog } from '../monitor/console-log.ts';
import type { EventLog } from '../monitor/event-log.ts';
import { formatMac, macAt } from '../network/ether-frame.ts';
import type { HostNetwork } from '../network/host-network.ts';
import { macOf } from '../vm/identity.ts';
import type { SoftwareResolver } from '../vm/image.ts';
import { BARE_SLOT } from './slot.ts';
import type { BareState } from './state.ts';

/** In the addresses of its cards, where VMs have their numbers, which begin behind it. */
const NO_VM = -1;

/** What it needs of its host. */
interface OwnedHost {
  readonly spec: HostSpec;
  readonly settings: { readonly seed: number };
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
  /** Addresses of its cards. */
  readonly macs: readonly string[];
  /** What takes the frames of its cards. */
  #wires: readonly Transmit[] = [];
  /** It was never started, or its software has turned it off. */
  #isOff = true;

  constructor(host: OwnedHost) {
    this.#host = host;
    const { engine, machine, spec, settings } = host;
    const macs = (spec.nics ?? []).map(({ mac }, card) => macOf(mac, settings.seed, NO_VM, card));
    this.macs = macs.map((mac) => formatMac(macAt(mac, 0)));
    this.platform = new BarePlatform(engine, {
      ...{ machine, ramBytes: machine.ram.sizeBytes, harts: machine.harts.length },
      cards: macs.map((mac, card) => ({ mac, transmit: (frame) => this.#wires[card]?.(frame) })),
      output: (byte) => this.console.append(Uint8Array.of(byte)),
    });
  }

  get isOff(): boolean {
    return this.#isOff;
  }

  /** Plugs its cards in. */
  connect(network: HostNetwork): void {
    const { name, nics = [] } = this.#host.spec;
    this.#wires = nics.map((nic: HostNicSpec, card) =>
      network.connect(BARE_SLOT, card, `${name}/${card}`, nic, (frame) =>
        this.platform.cards[card]?.receive(frame),
      ),
    );
  }

  /** The host is there: all of RAM is the software's. */
  begin(): void {
    const { frames } = this.#host;
    frames.allocateRun(frames.count, 1, OWNER_HYPERVISOR, FRAME_DATA, 0);
    this.#powerOn();
  }

  /** Power-on of a machine that is off: everything is as at first but time, and what has been counted. */
  start(): void {
    const { ram, harts } = this.#host.machine;
    ram.fill(RAM_BASE, ram.sizeBytes, 0);
    for (const hart of harts) {
      hart.reset();
      hart.advance(Math.max(0, this.#host.now - hart.now));
    }
    this.platform.reset();
    this.#powerOn();
  }

  /** What cannot be had is in the log. */
  #powerOn(): void {
    const { spec, environment } = this.#host;
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
