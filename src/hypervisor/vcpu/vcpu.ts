/**
 * One virtual hart: its registers while it is off a hart, its state, its interrupts and its account. It may not choose
 * when it runs (cpu/) or what an exit means (exit-loop.ts).
 */
import { addressOf } from '#base/addresses';
import { EXIT_INDEX, EXIT_REASONS } from '#base/catalogue/exit-reasons';
import { LIMITS } from '#base/catalogue/limits';
import type { VcpuState } from '#base/catalogue/vcpu-states';
import { SnapshotFormatError } from '#base/state/bytes';
import { NS_PER_TICK, type VirtualNs } from '#base/virtual-time';
import { CONTEXT_LENGTH, contextCsr, contextFrom, contextState, type Hart, PRIV_S } from '#machine/hart';
import { NOTHING_AWAITED } from '../memory/address-space.ts';
import { VcpuAccount } from './account.ts';
import { RecentSpaces } from './recent-spaces.ts';
import type { ExitCount, VcpuPlacement, VcpuSnapshot } from './state.ts';

import {
  COUNTERS_CY_TM_IR,
  HSTATUS_HI_VSXL_64,
  HSTATUS_SPVP,
  HSTATUS_VTW,
  SSTATUS_HI_UXL_64,
  VS_INTERRUPTS,
  VSEIP,
  VSSIP,
  VSTIP,
} from './status-bits.ts';
import { StealTime } from './steal-time.ts';

/** What a vCPU needs of the VM that it belongs to when it enters a hart. */
export interface VcpuHome {
  /** Place of the VM on its host, and its VMID. */
  readonly slot: number;
  readonly memory: { readonly root: number; hgatpHi(vmid: number): number };
  /** Guest `time` less host `time`, in ticks. */
  readonly timeDelta: number;
}

/** What happens outside when a vCPU's interrupts change. */
export interface VcpuListener {
  /** It waits, and now has something to wake for. */
  wake(vcpu: Vcpu): void;
  /** It runs on a hart that must look at its interrupts. */
  interrupted(vcpu: Vcpu): void;
  /** It is in another state than before. */
  changed(vcpu: Vcpu): void;
}

/** Words of a saved context (machine/hart.ts). */
const PC = 128;
const PRIVILEGE = 130;
const VIRTUAL = 131;
const A0 = 20;
const A1 = 22;
const HVIP = contextCsr('hvip');
const VSTIMECMP = contextCsr('vstimecmp');
const VSATP = contextCsr('vsatp');
const VSSTATUS = contextCsr('vsstatus');
const HSTATUS = contextCsr('hstatus');
const SCOUNTEREN = contextCsr('scounteren');
const HTIMEDELTA = contextCsr('htimedelta');

/** A virtual hart. */
export class Vcpu extends VcpuAccount {
  /** Unique on its host, and stable: what schedulers and events name it by. */
  readonly id: number;
  readonly index: number;
  readonly home: VcpuHome;
  readonly #listener: VcpuListener;
  #state: VcpuState = 'off';
  #isSuspended = false;
  /** Index of the hart that it ran on last: the TLBs of others may be behind. -1: none yet. */
  lastHart = -1;
  /** The hart that holds its registers now. */
  hart: Hart | undefined;
  /** Registers while no hart holds them; see machine/hart.ts. */
  readonly context: Uint32Array = new Uint32Array(CONTEXT_LENGTH);
  /** Where it ran before it was taken off its hart last. */
  readonly recentSpaces: RecentSpaces = new RecentSpaces();
  /** vsie, as bits of hie: the storage is shared with HS-mode's mie (18.2.13). */
  #interruptEnables = 0;
  /** Other vCPUs asked for a fence while this one was off its hart. */
  #needsFence = false;
  /** The hypervisor is answering an exit of this vCPU: interrupts need no kick. */
  inExit = false;
  /** When it last became ready. */
  readySince: VirtualNs = 0;
  /** It became ready since it woke, and not since it had lost its hart: for people. */
  wokeUp = false;
  /** Where the guest is told of it. */
  readonly stealTime: StealTime = new StealTime();
  /** While it is blocked: the guest frame that it waits for, and since when. */
  awaited: number = NOTHING_AWAITED;
  blockedSince: VirtualNs = 0;

  constructor(home: VcpuHome, index: number, listener: VcpuListener) {
    super();
    this.home = home;
    this.index = index;
    this.id = home.slot * LIMITS.vcpus + index;
    this.#listener = listener;
  }

  get state(): VcpuState {
    return this.#state;
  }
  set state(state: VcpuState) {
    if (state === this.#state) return;
    this.#state = state;
    this.#isSuspended = false;
    this.#listener.changed(this);
  }

  /** Waits because it asked its SBI to (HSM), and not by WFI. */
  get isSuspended(): boolean {
    return this.#isSuspended;
  }
  /** Waits for an interrupt as in WFI, and its SBI says so. */
  suspend(now: VirtualNs): void {
    if (this.hasWakeup(now)) return;
    this.state = 'waiting';
    this.#isSuspended = true;
  }

  /** The state in which SBI hands over a hart: VS-mode, no translation, a0 = hart id (SBI 2.0, 9.1). */
  prepare(entry: number, a1Lo: number, a1Hi: number): void {
    const { context } = this;
    context.fill(0);
    context[PC] = entry >>> 0;
    context[PC + 1] = Math.floor(entry / 0x1_0000_0000);
    context[PRIVILEGE] = PRIV_S;
    context[VIRTUAL] = 1;
    context[A0] = this.index;
    context[A1] = a1Lo;
    context[A1 + 1] = a1Hi;
    context[HSTATUS] = HSTATUS_VTW | HSTATUS_SPVP;
    context[HSTATUS + 1] = HSTATUS_HI_VSXL_64;
    context[VSSTATUS + 1] = SSTATUS_HI_UXL_64;
    // Firmware lets user programs read the counters: kernels rely on it for gettimeofday without a system call.
    context[SCOUNTEREN] = COUNTERS_CY_TM_IR;
    context.fill(0xffff_ffff, VSTIMECMP, VSTIMECMP + 2);
    this.#interruptEnables = 0;
    this.#needsFence = true;
    this.recentSpaces.clear();
    this.stealTime.end();
  }

  /**
   * Puts the registers onto a hart. Its TLB is right only if the hart ran no other vCPU of the VM since (`unshared`), and
   * this one ran nowhere else: guests fence the hart that they are on.
   */
  enter(hart: Hart, unshared: boolean): void {
    const { slot, memory, timeDelta } = this.home;
    hart.loadContext(this.context);
    hart.setCsr('mie', this.#interruptEnables, 0);
    hart.setCsr('hgatp', memory.root, memory.hgatpHi(slot + 1));
    hart.setCsr('htimedelta', timeDelta >>> 0, Math.floor(timeDelta / 0x1_0000_0000));
    hart.contextChanged();
    if (!unshared || this.lastHart !== hart.index || this.#needsFence) hart.flushVmid(this.home.slot + 1);
    this.#needsFence = false;
    this.lastHart = hart.index;
    this.hart = hart;
  }

  /** Takes the registers off the hart. */
  leave(): void {
    const { hart } = this;
    if (hart === undefined) return;
    hart.saveContext(this.context);
    this.#noteSpaces(hart);
    this.#interruptEnables = hart.csrLo('mie') & VS_INTERRUPTS;
    this.hart = undefined;
  }

  #noteSpaces(hart: Hart): void {
    hart.leftSpaces.forEach(this.recentSpaces);
    hart.leftSpaces.forget();
    this.recentSpaces.left(this.context[VSATP]!, this.context[VSATP + 1]!, hart.now);
  }

  /** It cannot go on before a page is there. */
  block(guestFrame: number, now: VirtualNs): void {
    this.state = 'blocked';
    this.awaited = guestFrame;
    this.blockedSince = now;
  }
  /** What it waited for is there. */
  unblock(now: VirtualNs): void {
    this.blockedNs += now - this.blockedSince;
    this.awaited = NOTHING_AWAITED;
  }

  /** A CSR of the guest (only those of a context), wherever it lies now. */
  csrLo(name: string): number {
    return this.hart === undefined ? this.context[contextCsr(name)]! : this.hart.csrLo(name);
  }
  csrHi(name: string): number {
    return this.hart === undefined ? this.context[contextCsr(name) + 1]! : this.hart.csrHi(name);
  }
  /** vsie as bits of hie. */
  get interruptEnables(): number {
    return this.hart === undefined ? this.#interruptEnables : this.hart.csrLo('mie') & VS_INTERRUPTS;
  }

  /** The external interrupt from the VM's PLIC. */
  setExternal(level: boolean): void {
    this.#setPending(VSEIP, level);
  }
  /** An inter-processor interrupt. */
  raiseSoftware(): void {
    this.#setPending(VSSIP, true);
  }

  /** Takes an inter-processor interrupt back; whether there was one. */
  clearSoftware(): boolean {
    const wasPending = (this.csrLo('hvip') & VSSIP) !== 0;
    this.#setPending(VSSIP, false);
    return wasPending;
  }

  #setPending(bit: number, pending: boolean): void {
    const before = this.csrLo('hvip');
    const after = pending ? before | bit : before & ~bit;
    if (after === before) return;
    const { hart } = this;
    if (hart === undefined) {
      this.context[HVIP] = after;
      if (pending && this.state === 'waiting' && (this.#interruptEnables & bit) !== 0)
        this.#listener.wake(this);
    } else {
      hart.setCsr('hvip', after, 0);
      if (pending && !this.inExit) this.#listener.interrupted(this);
    }
  }

  /** A fence of the guest's translations, at once or when it next enters a hart. */
  fence(): void {
    if (this.hart === undefined) this.#needsFence = true;
    else this.hart.flushVmid(this.home.slot + 1);
  }

  /** When its timer interrupt is due, in host time; Infinity when it is disabled or never. */
  timerDueNs(): VirtualNs {
    if ((this.interruptEnables & VSTIP) === 0) return Number.POSITIVE_INFINITY;
    const compare = addressOf(this.csrLo('vstimecmp'), this.csrHi('vstimecmp'));
    if (compare === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(0, (compare - this.home.timeDelta) * NS_PER_TICK);
  }

  /** True when WFI would not wait: an enabled interrupt is pending, whatever sstatus.SIE says (3.3.3). */
  hasWakeup(now: VirtualNs): boolean {
    return (this.csrLo('hvip') & this.interruptEnables & VS_INTERRUPTS) !== 0 || this.timerDueNs() <= now;
  }

  /** Its own state, as if it were on no hart now. */
  capture(): VcpuSnapshot {
    const { runNs, stealNs, blockedNs, instructions, interruptEnables } = this;
    const registers = this.hart === undefined ? this.context.slice() : new Uint32Array(CONTEXT_LENGTH);
    this.hart?.saveContext(registers);
    // Where the guest's clock stands against the host's is the host's affair.
    registers.fill(0, HTIMEDELTA, HTIMEDELTA + 2);
    return {
      ...{ runNs, stealNs, blockedNs, instructions, interruptEnables },
      state: this.#restingState(),
      registers: contextState(registers),
      stealTime: this.stealTime.capture(),
      exits: this.#exits(),
    };
  }
  #restingState(): VcpuSnapshot['state'] {
    const { state } = this;
    if (state === 'running' || state === 'blocked') return 'ready';
    return this.#isSuspended ? 'suspended' : state;
  }
  #exits(): ExitCount[] {
    return EXIT_REASONS.flatMap(({ id: reason }, at) => {
      const count = this.exitCounts[at]!;
      return count === 0 ? [] : [{ reason, count, costNs: this.exitCostNs[at]! }];
    });
  }
  /** Off all harts, with nothing that a TLB holds of it to be trusted. */
  restore(saved: VcpuSnapshot): void {
    this.state = saved.state === 'suspended' ? 'waiting' : saved.state;
    this.#isSuspended = saved.state === 'suspended';
    contextFrom(saved.registers, this.context);
    this.#interruptEnables = saved.interruptEnables;
    this.#needsFence = true;
    this.recentSpaces.clear();
    this.lastHart = -1;
    this.runNs = saved.runNs;
    this.stealNs = saved.stealNs;
    this.stealTime.restore(saved.stealTime);
    this.blockedNs = saved.blockedNs;
    this.instructions = saved.instructions;
    this.forgetExits();
    for (const { reason, count, costNs } of saved.exits) this.countExits(EXIT_INDEX[reason], count, costNs);
  }
  /** What its host knows of it. */
  capturePlacement(): VcpuPlacement {
    const { lastHart, readySince, awaited, blockedSince } = this;
    return { lastHart, readySince, awaited, blockedSince, needsFence: this.#needsFence };
  }
  /** On the same host as before; which hart holds it is the schedule's to say ({@link adopt}). */
  restorePlacement(saved: VcpuPlacement): void {
    this.lastHart = saved.lastHart;
    this.readySince = saved.readySince;
    this.awaited = saved.awaited;
    this.blockedSince = saved.blockedSince;
    this.#needsFence = saved.needsFence;
    if (saved.awaited !== NOTHING_AWAITED) this.state = 'blocked';
  }
  /** After a restore: the hart's own state, restored with the machine, holds the registers. */
  adopt(hart: Hart): void {
    if (this.state !== 'ready') throw new SnapshotFormatError('a hart holds a vCPU that does not run');
    this.state = 'running';
    this.hart = hart;
  }
}
