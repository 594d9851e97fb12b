/** A vCPU's registers and walks for people to look at, on its hart or off it. It changes nothing. */
import { CONTEXT_LENGTH, SAVED_CSRS } from '#machine/hart';
import type { WalkContext } from '../memory/walk.ts';
import type { Vcpu } from './vcpu.ts';

/** Registers as halves of 32 bits, low half first. */
export interface VcpuRegisters {
  readonly mode: 'VS' | 'VU';
  readonly pc: readonly [number, number];
  /** x0 to x31, f0 to f31: two words each. */
  readonly x: Uint32Array;
  readonly f: Uint32Array;
  readonly csrs: readonly { readonly name: string; readonly lo: number; readonly hi: number }[];
}

/** Words of a saved context (machine/hart.ts). */
const F = 64;
const PC = 128;
const PRIVILEGE = 130;

/** The context as it would be saved now. */
function contextOf(vcpu: Vcpu): Uint32Array {
  if (vcpu.hart === undefined) return vcpu.context;
  const now = new Uint32Array(CONTEXT_LENGTH);
  vcpu.hart.saveContext(now);
  return now;
}

export function registersOf(vcpu: Vcpu): VcpuRegisters {
  const context = contextOf(vcpu);
  return {
    mode: context[PRIVILEGE] === 0 ? 'VU' : 'VS',
    pc: [context[PC]!, context[PC + 1]!],
    x: context.slice(0, F),
    f: context.slice(F, PC),
    csrs: SAVED_CSRS.map((name) => ({ name, lo: vcpu.csrLo(name), hi: vcpu.csrHi(name) })),
  };
}

/** What decides walks of a vCPU that is between exits. */
export function walkContextOf(
  vm: Pick<WalkContext, 'ram'> & { readonly memory: { readonly root: number } },
  vcpu: Vcpu,
): WalkContext {
  return {
    ram: vm.ram,
    gRoot: vm.memory.root,
    vsatpLo: vcpu.csrLo('vsatp'),
    vsatpHi: vcpu.csrHi('vsatp'),
    vsstatusLo: vcpu.csrLo('vsstatus'),
    user: contextOf(vcpu)[PRIVILEGE] === 0,
  };
}
