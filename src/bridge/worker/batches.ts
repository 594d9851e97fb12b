/** What goes to the page by itself: console output, events, view patches, changes of the lab. Bounded per batch. */
import { CONSOLE_BATCH_LIMIT, type ConsoleOutput, type LabEvent } from '#bridge/protocol/lab-api';
import type { Host } from '#hypervisor/host';
import type { Lab } from '#lab/lab';

const EVENTS_KEPT = 1000;

/** Reads the consoles of a lab onwards from where it last stopped. */
export class ConsoleReader {
  readonly #positions = new Map<string, number>();

  take(hosts: readonly Host[]): ConsoleOutput[] {
    return hosts.flatMap((host, index) =>
      host.vms().flatMap((vm) => {
        const key = `${index}/${vm.spec.name}`;
        const from = Math.min(this.#positions.get(key) ?? 0, vm.console.written);
        const part = vm.console.since(from);
        this.#positions.set(key, part.position);
        const { bytes } = part;
        if (bytes.length === 0) return [];
        const cut = Math.max(0, bytes.length - CONSOLE_BATCH_LIMIT);
        return [{ host: index, vm: vm.spec.name, bytes: bytes.slice(cut), dropped: part.dropped + cut }];
      }),
    );
  }
}

/** Events of all hosts under one count, the last thousand kept. */
export class EventReader {
  readonly #serials = new Map<number, number>();
  readonly #kept: LabEvent[] = [];
  #serial = 0;

  /** New events since the last call. */
  take(lab: Lab): readonly LabEvent[] {
    const fresh: LabEvent[] = [];
    lab.hosts.forEach((host, index) => {
      for (const event of host.log.since(this.#serials.get(index) ?? 0)) {
        this.#serials.set(index, event.serial);
        this.#serial += 1;
        fresh.push({ ...event, serial: this.#serial, host: index });
      }
    });
    this.#kept.push(...fresh);
    this.#kept.splice(0, Math.max(0, this.#kept.length - EVENTS_KEPT));
    return fresh;
  }
  /** Kept events after a serial number. */
  since(serial: number): readonly LabEvent[] {
    return this.#kept.filter((event) => event.serial > serial);
  }
}
