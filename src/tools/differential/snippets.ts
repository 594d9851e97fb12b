/** Snippets: instructions that need others around them in order to retire, or to show what they did. */
import { forbiddenPiece, type Mode } from './modes.ts';
import {
  addi,
  BASES,
  csr,
  destination,
  immediate,
  number31,
  type Piece,
  pcRelative,
  piece,
  rd,
  rs1,
  rs2,
  temporaries,
} from './pieces.ts';
import type { Random } from './random.ts';
import { GUEST_REMAP, NEXT_PAGE, READABLE_PAGE, REMAP } from './tables.ts';

/** mstatus: accesses of M-mode as of S-mode (MPRV, MPP = S), and of VS-mode (MPV). */
const AS_SUPERVISOR = (1 << 17) | (1 << 11);
const MPV_BIT = 39;
const MPP_MACHINE = 3 << 11;

/** Something that a jump leaves out, and that shows when it does not. */
const skipped = (random: Random): Piece => {
  const to = temporaries(random, 1)[0] ?? 5;
  return addi(to, to, 1 + random.below(1000));
};

/** Jumps over one instruction. */
export function jumpRegister(random: Random): Piece[] {
  const [target = 5] = temporaries(random, 1);
  // The least bit of the sum is dropped (unprivileged spec 2.5.1); the register and the offset share the distance.
  const offset = random.below(2000) - 1000;
  return [
    ...pcRelative(target, 16 - offset + random.below(2)),
    piece('jalr', rd(destination(random)) | rs1(target) | immediate('i', offset)),
    skipped(random),
  ];
}

/** c.jr and c.jalr, over one instruction. */
export function compressedJump(name: string, match: number, random: Random): Piece[] {
  const [target = 5] = temporaries(random, 1);
  return [...pcRelative(target, 14), { name, raw: match | rd(target), size: 2 }, skipped(random)];
}

/** A return to M-mode, over one instruction. */
export function machineReturn(random: Random): Piece[] {
  const [t = 5] = temporaries(random, 1);
  return [
    ...number31(t, MPP_MACHINE),
    piece('csrrs', (csr('mstatus') << 20) | rs1(t)),
    ...pcRelative(t, 20),
    piece('csrrw', (csr('mepc') << 20) | rs1(t)),
    piece('mret'),
    skipped(random),
  ];
}

/** A reservation and a store to it; once in four times to another address, which must fail. */
export function reserveAndStore(name: string, match: number, random: Random): Piece[] {
  const base = random.pick(BASES);
  const other = random.oneIn(4) ? random.pick(BASES) : base;
  return [
    // Of the same width: whether another width succeeds is a choice (unprivileged spec 13.2).
    piece(`lr.${name.slice(-1)}`, rd(destination(random)) | rs1(other)),
    { name, raw: (match | rd(destination(random)) | rs1(base) | rs2(random.below(32))) >>> 0, size: 4 },
  ];
}

/** Zeros at the end of a word that its register extends; see deviations.ts. */
export function countInWord(random: Random): Piece[] {
  const [word = 5] = temporaries(random, 1);
  return [
    piece('addiw', rd(word) | rs1(random.below(32))),
    piece('ctzw', rd(destination(random)) | rs1(word)),
  ];
}

/** A load of a guest's memory, now and then from a page that hlvx cannot read. (QEMU 7.2 wants read permission for hlvx.) */
export function hypervisorLoad(name: string, random: Random): Piece[] {
  const to = rd(destination(random));
  if (name.startsWith('hlvx') || !random.oneIn(4)) return [piece(name, to | rs1(random.pick(BASES)))];
  const [page = 5] = temporaries(random, 1);
  return [...number31(page, READABLE_PAGE + random.below(500)), piece(name, to | rs1(page))];
}

/** How often a fence of translations is shown to work rather than just executed. */
const SHOWN_ONCE_IN = 6;

/** What surrounds a fence: a fence of all before, the brackets that Svinval asks for (privileged spec, chapter "Svinval"). */
const FENCES: Readonly<Record<string, { readonly all: string; readonly brackets: boolean }>> = {
  'sfence.vma': { all: 'sfence.vma', brackets: false },
  'sinval.vma': { all: 'sfence.vma', brackets: true },
  'hfence.vvma': { all: 'hfence.vvma', brackets: false },
  'hinval.vvma': { all: 'hfence.vvma', brackets: true },
  'hfence.gvma': { all: 'hfence.gvma', brackets: false },
  'hinval.gvma': { all: 'hfence.gvma', brackets: true },
};

/** A fence alone; or, in M-mode, a page is mapped to A, read, mapped to B, fenced, and read again. */
export function translationFence(name: string, mode: Mode, random: Random): Piece[] {
  const fence = FENCES[name];
  if (fence === undefined || mode.name !== 'M' || !random.oneIn(SHOWN_ONCE_IN))
    return [piece(name, rs1(random.below(32)) | rs2(random.below(32)))];
  const [page = 0, entry = 0, mapping = 0, access = 0, before = 0, after = 0] = temporaries(random, 6);
  const remap = name.endsWith('gvma') ? GUEST_REMAP : REMAP;
  const isGuest = name.startsWith('h');
  const byAddress = random.oneIn(2);
  const guestMode = [
    addi(before, 0, 1),
    piece('slli', rd(before) | rs1(before) | immediate('shamt6', MPV_BIT)),
  ];
  return [
    ...number31(page, remap.page),
    ...number31(entry, remap.entry),
    ...number31(mapping, remap.pageA),
    ...number31(access, AS_SUPERVISOR),
    ...(isGuest ? [...guestMode, piece('or', rd(access) | rs1(access) | rs2(before))] : []),
    piece('csrrs', (csr('mstatus') << 20) | rs1(access)),
    piece('sd', rs1(entry) | rs2(mapping)),
    piece(fence.all),
    piece('ld', rd(before) | rs1(page)),
    addi(mapping, mapping, NEXT_PAGE),
    piece('sd', rs1(entry) | rs2(mapping)),
    ...(byAddress ? number31(mapping, remap.fenceAddress) : []),
    ...(fence.brackets ? [piece('sfence.w.inval')] : []),
    piece(name, byAddress ? rs1(mapping) : 0),
    ...(fence.brackets ? [piece('sfence.inval.ir')] : []),
    piece('ld', rd(after) | rs1(page)),
    piece('csrrc', (csr('mstatus') << 20) | rs1(access)),
  ];
}

/** A change from M- to U-mode, and a trap there. */
function supervisorReturn(random: Random): Piece[] {
  const [t = 5] = temporaries(random, 1);
  return [
    ...pcRelative(t, 24),
    piece('csrrw', (csr('sepc') << 20) | rs1(t)),
    // The pending interrupt would be taken below M-mode.
    piece('csrrwi', csr('mie') << 20),
    piece('sret'),
    skipped(random),
    piece('ecall'),
  ];
}

/** What ends a stream: a trap. */
export function ending(mode: Mode, random: Random): Piece[] {
  switch (random.below(mode.name === 'M' ? 4 : 5)) {
    case 0:
      return [piece('ecall')];
    case 1:
      return [piece('ebreak')];
    case 2:
      return [{ name: 'c.ebreak', raw: 0x9002, size: 2 }];
    default:
      return mode.name === 'M' ? supervisorReturn(random) : [forbiddenPiece(mode, random)];
  }
}

/** Rows that only end streams. */
export const AT_THE_END: readonly string[] = ['ecall', 'ebreak', 'sret', 'c.ebreak'];

/** Rows that stand in snippets for the sake of another one. */
export const SERVANTS: readonly string[] = [
  ...['addi', 'addiw', 'lui', 'auipc', 'slli', 'or', 'ld', 'sd', 'csrrw', 'csrrs', 'csrrc', 'csrrwi'],
];
