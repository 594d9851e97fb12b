/** The translations of a VM that harts hold now: from a GVA through both stages to a frame, or through the G-stage alone. */
import { type Hex64, hex64, hexNumber } from '#base/hex64';
import { ok } from '#base/result';
import { OWNER_FIRST_VM } from '#base/views';
import { TLB_ENTRIES } from '#machine/layout';
import { LEAF_SIZE } from '#machine/page-tables/page-table-entry';
import type { Host } from '../../host.ts';
import { accessMix } from '../../monitor/access-mix.ts';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';
import type { Vm } from '../../vm/vm.ts';
import { asidOf, isTranslating } from '../vsatp.ts';
import type { AccessKind, WalkMode } from './walk.ts';

/** A page that is cached, for whichever accesses. */
export interface TlbEntry {
  readonly hart: number;
  readonly gva: Hex64;
  readonly spa: Hex64;
  readonly accesses: readonly AccessKind[];
  readonly mode: WalkMode;
  readonly asid: number;
  /** Both stages together; or the G-stage alone, where the guest does not translate. */
  readonly stages: 'VS+G' | 'G';
  /** Bytes that the VS-stage leaf maps; an entry is of 4 KiB of them. */
  readonly vsBytes: number;
}
export interface TlbAnswer {
  /** Entries of a TLB: each hart has one for each kind of access. */
  readonly capacity: number;
  readonly harts: number;
  /** Of this VM, by kind of access. */
  readonly held: Readonly<Record<AccessKind, number>>;
  /** Pages that are cached, and those that are told of: the lowest addresses. */
  readonly pages: number;
  readonly entries: readonly TlbEntry[];
  /** Instructions of its vCPUs since it was switched on. */
  readonly instructions: number;
  /** Accesses per instruction, by kind; loads and stores are estimated from samples, absent while there are none. */
  readonly accesses: { readonly execute: 1; readonly load?: number; readonly store?: number };
  /** Its accesses that no TLB knew, so far, and entries of page tables that were read for them. */
  readonly misses: Readonly<Record<AccessKind, number>>;
  readonly references: { readonly vs: number; readonly g: number };
}

/** Pages that are told of. */
const MOST_ENTRIES = 512;

export const tlb: Question<'tlb', OfVm, TlbAnswer> = defineVmQuestion({
  id: 'tlb',
  text: {
    en: 'the translations of a VM that the TLBs of harts hold now, and how often they knew an address',
    zh: '各 hart 的 TLB 中现有的某虚拟机的转换，以及命中情况',
  },
  ask: (vm, _, host) => ok(tlbOf(vm, host)),
});

function tlbOf({ slot, vcpus }: Vm, host: Host): TlbAnswer {
  const held = { load: 0, store: 0, execute: 0 };
  const pages = new Map<string, TlbEntry & { readonly accesses: AccessKind[] }>();
  for (const { hart } of host.cpus)
    hart.cachedPages(slot + 1, ({ access, vaLo, vaHi, user, vsatpLo, vsatpHi, spa, level }) => {
      held[access] += 1;
      const gva = hex64(vaLo, vaHi);
      const key = `${gva} ${hart.index} ${user} ${vsatpLo} ${vsatpHi}`;
      const known = pages.get(key);
      if (known !== undefined) {
        if (!known.accesses.includes(access)) known.accesses.push(access);
        return;
      }
      pages.set(key, {
        ...{ hart: hart.index, gva, spa: hexNumber(spa), accesses: [access] },
        ...{ mode: user ? 'VU' : 'VS', asid: asidOf(vsatpHi), vsBytes: LEAF_SIZE[level]! },
        stages: isTranslating(vsatpHi) ? 'VS+G' : 'G',
      });
    });
  // Of as many digits each, they are in the order of their numbers.
  const digits = ({ gva, hart }: TlbEntry): string => `${gva.slice(2).padStart(16, '0')} ${hart}`;
  const entries = [...pages.values()].sort((one, other) => (digits(one) < digits(other) ? -1 : 1));
  const [load = 0, store = 0, execute = 0, vs = 0, g = 0] = host.cpus[0]?.tlb.of(slot) ?? [];
  return {
    ...{ capacity: TLB_ENTRIES, harts: host.cpus.length, held, pages: entries.length },
    entries: entries.slice(0, MOST_ENTRIES),
    instructions: vcpus.reduce((sum, { instructions }) => sum + instructions, 0),
    accesses: { execute: 1, ...accessMix(host, OWNER_FIRST_VM + slot) },
    misses: { load, store, execute },
    references: { vs, g },
  };
}
