/** How a host stands whose harts software of its own owns: its levels, what traps each of them has taken, and how it translates. */
import { type Hex64, hex64, hexNumber } from '#base/hex64';
import { fail, ok } from '#base/result';
import { trapCauseName } from '#isa/trap-causes';
import { TRAP_TAKERS, type TrapTaker } from '#machine/bare-platform';
import type { Hart } from '#machine/hart';
import { defineQuestion, type Question } from '../../questions/question.ts';

/** A register that names a page table. */
export interface BareTable {
  readonly register: 'satp' | 'vsatp' | 'hgatp';
  readonly value: Hex64;
  /** Its MODE (privileged spec 12.1.11, 18.2.10): 0 is off, 8 Sv39 or Sv39x4. */
  readonly mode: number;
  /** Where its root table lies. */
  readonly root: Hex64;
  /** ASID or VMID. */
  readonly id: number;
}

export interface BareHart {
  readonly mode: 'M' | 'HS' | 'U' | 'VS' | 'VU';
  readonly pc: Hex64;
  readonly isWaiting: boolean;
  readonly instructions: number;
  readonly tables: readonly BareTable[];
}

export interface BareTraps {
  readonly cause: string;
  readonly count: number;
}

export interface BareAnswer {
  readonly isOff: boolean;
  readonly harts: readonly BareHart[];
  /** By who has taken them, the most frequent first; those of `hypervisor` are its exits. */
  readonly traps: Readonly<Record<TrapTaker, readonly BareTraps[]>>;
  /** The end of what it has printed. */
  readonly console: string;
}

/** So much of the console is told. */
const MOST_TOLD = 4096;
const PRIV_M = 3;
const PRIV_S = 1;

function modeOf({ virtual, privilege }: Hart): BareHart['mode'] {
  if (virtual !== 0) return privilege === PRIV_S ? 'VS' : 'VU';
  return privilege === PRIV_M ? 'M' : privilege === PRIV_S ? 'HS' : 'U';
}

/** Of Sv39's format: MODE, ASID or VMID, page number of the root. */
function tableOf(hart: Hart, register: BareTable['register']): BareTable {
  const [lo, hi] = [hart.csrLo(register), hart.csrHi(register)];
  return {
    ...{ register, value: hex64(lo, hi), mode: hi >>> 28, id: (hi >>> 12) & 0xffff },
    root: hexNumber(((hi & 0xfff) * 0x1_0000_0000 + (lo >>> 0)) * 4096),
  };
}

function describeHart(hart: Hart): BareHart {
  return {
    ...{ mode: modeOf(hart), pc: hex64(hart.pcLo, hart.pcHi), isWaiting: hart.waiting },
    instructions: hart.instructions,
    tables: (['satp', 'vsatp', 'hgatp'] as const).map((register) => tableOf(hart, register)),
  };
}

export const bare: Question<'bare', object, BareAnswer> = defineQuestion({
  id: 'bare',
  text: {
    en: 'a host that software of its own owns: the modes of its harts, their page-table registers, the traps that firmware, system and hypervisor have taken, and the end of its console',
    zh: '由自带软件占有的主机：各硬件线程的特权模式和页表寄存器，固件、系统与虚拟机监控器各处理了多少陷入，以及控制台的末尾',
  },
  arguments: {},
  ask(_, { bare: owner, machine, spec }) {
    if (owner === undefined) return fail('host.noSoftware', { host: spec.name });
    const traps = TRAP_TAKERS.map((taker): [TrapTaker, readonly BareTraps[]] => [
      taker,
      owner.platform
        .traps(taker)
        .map(({ code, isInterrupt, count }) => ({ cause: trapCauseName(code, isInterrupt), count })),
    ]);
    const { written } = owner.console;
    const { bytes } = owner.console.since(Math.max(0, written - MOST_TOLD));
    return ok({
      isOff: owner.isOff,
      harts: machine.harts.map(describeHart),
      traps: Object.fromEntries(traps) as Record<TrapTaker, readonly BareTraps[]>,
      console: String.fromCharCode(...bytes),
    });
  },
});
