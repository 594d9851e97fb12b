/** The questions of the API: each is answered by the machine as it is now, with the virtual time at which that was true. */
import { addressOf } from '#base/addresses';
import { fail, ok, type Result } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import type {
  AccessKind,
  CodeView,
  ExitTable,
  FramePage,
  FrameQuery,
  Hex64,
  MachineState,
  MemoryQuery,
  SwitchState,
  Timed,
  Timeline,
  VcpuRegisters,
  VmDetail,
  VmRef,
  WalkResult,
} from '#bridge/protocol/answers';
import type { LabEvent } from '#bridge/protocol/lab-api';
import type { CodeSymbols } from '#guests/code-symbols';
import type { Host, Vcpu, Vm } from '#hypervisor/host';
import { breakpointsOf } from './breakpoints.ts';
import { code } from './queries/code.ts';
import { exits } from './queries/exits.ts';
import { frames } from './queries/frames.ts';
import { machine } from './queries/machine.ts';
import { readGuest, readGuestPhysical } from './queries/memory.ts';
import { metricsTable } from './queries/metrics-table.ts';
import { registers } from './queries/registers.ts';
import { switches } from './queries/switches.ts';
import { timeline } from './queries/timeline.ts';
import { vmDetail } from './queries/vm-detail.ts';
import { walk } from './queries/walk.ts';
import type { RunningLab } from './running-lab.ts';
import { hex64, parseHex64 } from './values.ts';

const MOST_MEMORY_BYTES = 4096;

export abstract class Questions {
  /** The lab that is open. */
  protected abstract readonly running: RunningLab | undefined;
  /** The worker's clock. */
  protected abstract readonly wallMs: number;
  /** Names of places in a VM's code. */
  protected abstract symbolsOf(vm: Vm): CodeSymbols;

  protected inLab<T>(look: (running: RunningLab) => Result<T>): Result<T> {
    return this.running === undefined ? fail('no-lab') : look(this.running);
  }
  protected hostAt(index: number): Result<Host> {
    return this.inLab((running) => running.host(index));
  }
  #vmOf<T>(ref: VmRef, look: (vm: Vm, host: Host) => T): Result<Timed<T>> {
    return this.inLab((running) => running.vm(ref, look));
  }
  protected vcpuOf<T>(
    ref: VmRef,
    index: number,
    look: (vm: Vm, vcpu: Vcpu, host: Host) => Result<T>,
  ): Result<Timed<T>> {
    return this.inLab((running) => running.vcpu(ref, index, look));
  }

  async vm(ref: VmRef): Promise<Result<Timed<VmDetail>>> {
    return this.#vmOf(ref, vmDetail);
  }
  async registers(ref: VmRef, vcpu: number): Promise<Result<Timed<VcpuRegisters>>> {
    return this.vcpuOf(ref, vcpu, (vm, each) => ok(registers(vm, each)));
  }
  async walk(ref: VmRef, vcpu: number, gva: Hex64, access: AccessKind): Promise<Result<Timed<WalkResult>>> {
    const address = parseHex64(gva);
    if (!address.ok) return address;
    const { lo, hi } = address.value;
    return this.vcpuOf(ref, vcpu, (vm, each) => ok(walk(vm, each, lo, hi, access)));
  }

  async memory(ref: VmRef, vcpu: number, query: MemoryQuery): Promise<Result<Timed<Uint8Array>>> {
    const address = parseHex64(query.address);
    if (!address.ok) return address;
    const { lo, hi } = address.value;
    const length = Math.min(MOST_MEMORY_BYTES, Math.max(0, Math.floor(query.bytes)));
    return this.vcpuOf(ref, vcpu, (vm, each) => {
      if (query.space === 'gva') return ok(readGuest(vm, each, lo, hi, length, 'load').slice());
      const physical = addressOf(lo, hi);
      if (physical === undefined) return fail('bad-address', { value: query.address });
      if (query.space === 'gpa') return ok(readGuestPhysical(vm, physical, length).slice());
      return ok(vm.ram.holds(physical, length) ? vm.ram.view(physical, length).slice() : new Uint8Array(0));
    });
  }

  async machine(host: number): Promise<Result<Timed<MachineState>>> {
    const found = this.hostAt(host);
    if (!found.ok) return found;
    const { wallMs } = this;
    const value = { wallMs, ...machine(found.value), breakpoints: breakpointsOf(found.value) };
    return ok({ at: found.value.now, value });
  }
  async code(ref: VmRef, vcpu: number, gva: Hex64 | null): Promise<Result<Timed<CodeView>>> {
    const address = gva === null ? ok(undefined) : parseHex64(gva);
    if (!address.ok) return address;
    return this.vcpuOf(ref, vcpu, (vm, each, host) =>
      ok(code({ host, vm, vcpu: each, symbols: this.symbolsOf(vm) }, address.value)),
    );
  }
  async symbol(ref: VmRef, name: string): Promise<Result<Timed<Hex64>>> {
    const found = this.#vmOf(ref, (vm) => this.symbolsOf(vm).find(name));
    if (!found.ok) return found;
    const { at, value } = found.value;
    return value === undefined
      ? fail('no-such-symbol', { name })
      : ok({ at, value: hex64(value.lo, value.hi) });
  }
  async exits(ref: VmRef): Promise<Result<Timed<ExitTable>>> {
    return this.#vmOf(ref, exits);
  }
  async timeline(
    host: number,
    hart: number,
    fromNs: VirtualNs,
    toNs: VirtualNs,
    limit: number,
  ): Promise<Result<Timed<Timeline>>> {
    const found = this.hostAt(host);
    if (!found.ok) return found;
    const answer = timeline(found.value, hart, fromNs, toNs, limit);
    return answer.ok ? ok({ at: found.value.now, value: answer.value }) : answer;
  }
  async frames(host: number, query: FrameQuery): Promise<Result<Timed<FramePage>>> {
    const found = this.hostAt(host);
    return found.ok ? ok({ at: found.value.now, value: frames(found.value, query) }) : found;
  }
  async switches(host: number): Promise<Result<Timed<readonly SwitchState[]>>> {
    const found = this.hostAt(host);
    return found.ok ? ok({ at: found.value.now, value: switches(found.value) }) : found;
  }
  async eventsSince(serial: number): Promise<readonly LabEvent[]> {
    return this.running?.events.since(serial) ?? [];
  }
  async exportMetrics(ref: VmRef, metrics: readonly string[]): Promise<Result<string>> {
    const table = this.#vmOf(ref, (vm, host) => metricsTable(vm, host, metrics));
    return table.ok ? ok(table.value.value) : table;
  }
}
