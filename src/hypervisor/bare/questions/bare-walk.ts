/**
 * The walk of both stages on a host that software of its own owns: its hypervisor's tables are in hgatp, those of the guest that it ran last in
 * vsatp. In probe mode: no A or D bit and no TLB entry changes.
 */
import * as v from 'valibot';
import { PAGE_SIZE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import { type Hex64, parseHex64 } from '#base/hex64';
import { fail, ok } from '#base/result';
import { levelsOfMode } from '#machine/page-tables/page-table-entry';
import { ACCESS_KINDS, type AccessKind, type DrawnWalk, drawnWalk } from '../../memory/questions/walk.ts';
import { modeOf, rootOf } from '../../memory/vsatp.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { ADDRESS, whole } from '../../shapes/values.ts';

interface Args {
  readonly address: Hex64;
  /** A load unless said. */
  readonly access?: AccessKind;
  /** The first unless said. */
  readonly hart?: number;
}

export const bareWalk: Question<'bare-walk', Args, DrawnWalk> = defineQuestion({
  id: 'bare-walk',
  text: {
    en: 'the page-table entries that a hart reads for an address of the guest that the host’s own software runs, by vsatp and hgatp',
    zh: '主机自带软件运行客户机时，硬件线程按 vsatp 与 hgatp 为某个地址读取的页表项',
  },
  arguments: {
    address: ADDRESS,
    access: v.exactOptional(v.picklist(ACCESS_KINDS)),
    hart: v.exactOptional(whole({ least: 0, most: LIMITS.harts - 1 })),
  },
  ask({ address, access = 'load', hart: index = 0 }, { bare, machine, spec }) {
    const parsed = parseHex64(address);
    if (!parsed.ok) return parsed;
    const hart = machine.harts[index];
    if (bare === undefined || hart === undefined) return fail('host.noSoftware', { host: spec.name });
    const hi = hart.csrHi('hgatp');
    const gLevels = levelsOfMode(modeOf(hi));
    if (gLevels === 0) return fail('host.noGuest', { host: spec.name });
    const context = {
      ram: machine.ram,
      ...{ gRoot: rootOf(hart.csrLo('hgatp'), hi) / PAGE_SIZE, gLevels },
      vsatpLo: hart.csrLo('vsatp'),
      vsatpHi: hart.csrHi('vsatp'),
      vsstatusLo: hart.csrLo('vsstatus'),
      user: hart.virtual !== 0 && hart.privilege === 0,
    };
    return ok(drawnWalk(context, (hi >>> 12) & 0x3fff, parsed.value, access));
  },
});
