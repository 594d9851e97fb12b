/**
 * Renders tier 0, the interpreter, from the semantics of the instruction table, as AssemblyScript. One loop, one switch; the
 * state that changes with every instruction (entry pointer, instructions left) is in locals, all else in the window.
 */
import { COMPRESSED } from '#isa/compressed';
import { INSTRUCTIONS, type Instruction } from '#isa/instructions';
import type { BinaryOp, CompareOp, Effect, Expression, UnaryOp } from '#isa/semantics';
import {
  decodedOperation,
  OP_BREAK,
  OP_CROSSING,
  OP_ILLEGAL,
  OP_PAGE_END,
  OP_TRANSLATED,
  OP_UNDECODED,
} from '../operations.ts';

const BINARY: Record<BinaryOp, (a: string, b: string) => string> = {
  add: (a, b) => `(${a} + ${b})`,
  sub: (a, b) => `(${a} - ${b})`,
  mul: (a, b) => `(${a} * ${b})`,
  and: (a, b) => `(${a} & ${b})`,
  or: (a, b) => `(${a} | ${b})`,
  xor: (a, b) => `(${a} ^ ${b})`,
  shl: (a, b) => `(${a} << ${b})`,
  shrS: (a, b) => `<u64>(<i64>${a} >> <i64>${b})`,
  shrU: (a, b) => `(${a} >> ${b})`,
  rotr: (a, b) => `rotr<u64>(${a}, ${b})`,
};

const UNARY: Record<UnaryOp, string> = { clz: 'clz', ctz: 'ctz', popcount: 'popcnt' };

const COMPARE: Record<CompareOp, (a: string, b: string) => string> = {
  eq: (a, b) => `(${a} == ${b})`,
  ne: (a, b) => `(${a} != ${b})`,
  ltS: (a, b) => `(<i64>${a} < <i64>${b})`,
  ltU: (a, b) => `(${a} < ${b})`,
  geS: (a, b) => `(<i64>${a} >= <i64>${b})`,
  geU: (a, b) => `(${a} >= ${b})`,
};

/** Byte offset of a register in its file, from the decoded word `w`; see decode-text.ts. */
const OFFSET = { rd: '((w >>> 7) & 0x1f8)', rs1: '((w >>> 13) & 0xf8)', rs2: '((w >>> 18) & 0xf8)' } as const;
const FIELD = { rs1: '((w >>> 16) & 31)', rs2: '((w >>> 21) & 31)' } as const;

/** An expression as a `u64` of AssemblyScript. */
function expression(e: Expression): string {
  switch (e.kind) {
    case 'constant':
      return `<u64>${e.value}`;
    case 'x':
      return `load<u64>(${OFFSET[e.field]}, X)`;
    case 'f':
      return e.field === 'rs3' ? 'load<u64>(<u32>(W >> 32) << 3, F)' : `load<u64>(${OFFSET[e.field]}, F)`;
    case 'fieldNumber':
      return `<u64>${FIELD[e.field]}`;
    case 'given':
      return `<u64>(${FIELD[e.field]} != 0)`;
    case 'immediate':
      return '<u64>(<i64>W >> 32)';
    case 'roundingMode':
      return '<u64>((w >>> 26) & 7)';
    case 'pc':
      return '(pcBase + <u64>(ip >>> 2))';
    case 'binary':
      return BINARY[e.op](expression(e.a), expression(e.b));
    case 'unary':
      return `${UNARY[e.op]}<u64>(${expression(e.a)})`;
    case 'compare':
      return `<u64>${COMPARE[e.op](expression(e.a), expression(e.b))}`;
    case 'word':
      return `<u64><i64><i32>${expression(e.a)}`;
    case 'unsignedWord':
      return `(${expression(e.a)} & 0xffffffff)`;
    case 'pure':
      return `${e.helper}(${e.args.map(expression).join(', ')})`;
  }
}

/** Arguments of helpers that are small numbers are passed as i32. */
function argument(e: Expression): string {
  if (e.kind === 'constant') return String(e.value);
  if (e.kind === 'fieldNumber') return FIELD[e.field];
  if (e.kind === 'given') return `(${FIELD[e.field]} != 0)`;
  if (e.kind === 'immediate') return '<i32>(W >> 32)';
  if (e.kind === 'roundingMode') return '((w >>> 26) & 7)';
  return expression(e);
}

const PC = expression({ kind: 'pc' });
/** Written by `caseText` as the length of the instruction: known in each case, so that the next fetch waits for nothing. */
const NEXT_PC = `(${PC} + LENGTH)`;
const SYNC = `store<u64>(PC, ${PC}); setLeft(budget);`;
const LEAVE_NEXT = `store<u64>(PC, ${NEXT_PC}); return;`;

const UNSIGNED = { 1: 'u8', 2: 'u16', 4: 'u32', 8: 'u64' } as const;
const SIGNED = { 1: 'i8', 2: 'i16', 4: 'i32', 8: 'i64' } as const;

const setX = (value: string): string => `store<u64>(${OFFSET.rd}, ${value}, X);`;
const setF = (value: string): string => `store<u64>(${OFFSET.rd}, ${value}, F);`;

/** Goes to `target` (a u64 local): through the fast execute TLB, or out to the caller, who fetches. */
const LOOK_UP = `
          const entry: u32 = tlb + (<u32>(target >> 8) & TLB_INDEX);
          if (load<u64>(entry, EXEC) != ((target & PAGE_MASK) | fetchContext)) { store<u64>(PC, target); setLeft(budget); return; }
          const page = load<u32>(entry, EXEC + 8);
          pageStart = page;
          ip = page + ((<u32>target & 0xffe) << 2);
          pcBase = (target & PAGE_MASK) - <u64>(page >>> 2);`;
const JUMP = `{${LOOK_UP}
          continue;
        }`;

/** Sets the local `target`, then jumps. */
const jumpTo = (target: string): string => `const target: u64 = ${target}; ${JUMP}`;

/** To pc + immediate: inside the decoded page without a look at the TLB (the page stays mapped while we run in it). */
const RELATIVE = `const there: u32 = ip + (<u32>(W >> 32) << 2);
        if (there - pageStart < PAGE_ENTRIES_SIZE) { ip = there; continue; }
        ${jumpTo(`${PC} + <u64>(<i64>W >> 32)`)}`;

const FLOAT_READY = (rm: string): string => `${SYNC} if (!floatReady(${rm})) return;`;

function loadText(e: Extract<Effect, { kind: 'load' }>): string {
  const type = e.signed ? SIGNED[e.bytes] : UNSIGNED[e.bytes];
  const put = (value: string): string =>
    e.into === 'x' ? setX(value) : setF(e.bytes === 4 ? `(0xffffffff00000000 | ${value})` : value);
  const narrowed = e.signed ? `<u64><i64><${type}>value` : 'value';
  return `${e.into === 'f' ? FLOAT_READY('0') : ''}
        const address = ${expression(e.address)};
        const entry: u32 = tlb + (<u32>(address >> 8) & TLB_INDEX);
        if (load<u64>(entry) == (((address + ${e.bytes - 1}) & PAGE_MASK) | dataContext)) {
          ${put(`<u64>load<${type}>(<u32>address + load<u32>(entry, 8))`)}
        } else {
          ${SYNC}
          const value = loadSlow(address, ${e.bytes});
          if (trapped) return;
          budget = left;
          ${put(narrowed)}
          if (recheck) { ${LEAVE_NEXT} }
        }
        ${e.into === 'f' ? 'markFpDirty();' : ''}`;
}

function storeText(e: Extract<Effect, { kind: 'store' }>): string {
  return `${e.from === 'f' ? FLOAT_READY('0') : ''}
        const address = ${expression(e.address)};
        const value = ${expression(e.value)};
        const entry: u32 = tlb + (<u32>(address >> 8) & TLB_INDEX);
        if (load<u64>(entry, WRITE) == (((address + ${e.bytes - 1}) & PAGE_MASK) | dataContext)) {
          store<${UNSIGNED[e.bytes]}>(<u32>address + load<u32>(entry, WRITE + 8), <${UNSIGNED[e.bytes]}>value);
        } else {
          ${SYNC}
          storeSlow(address, ${e.bytes}, value);
          if (trapped) return;
          budget = left;
          if (recheck) { ${LEAVE_NEXT} }
        }`;
}

function callText(e: Extract<Effect, { kind: 'call' }>): string {
  const called = `${e.helper}(${e.args.map(argument).join(', ')})`;
  if (e.effect === 'flow') return `${SYNC} ${called}; return;`;
  if (e.effect === 'refetch') return `${SYNC} ${called}; if (trapped) return; ${LEAVE_NEXT}`;
  const result = e.into === 'none' ? `${called};` : `const result = ${called};`;
  const put = e.into === 'x' ? setX('result') : '';
  return `${SYNC} ${result} if (trapped) return; ${put} budget = left; if (recheck) { ${LEAVE_NEXT} }`;
}

function effectText(e: Effect): string {
  switch (e.kind) {
    case 'set':
      return setX(expression(e.value));
    case 'load':
      return loadText(e);
    case 'store':
      return storeText(e);
    case 'branch':
      return `if (${COMPARE[e.op](expression(e.a), expression(e.b))}) { ${RELATIVE} }`;
    case 'jump':
      return `const link = ${NEXT_PC}; ${setX('link')} ${RELATIVE}`;
    case 'jumpRegister':
      return `const target: u64 = (${expression({ kind: 'x', field: 'rs1' })} + <u64>(<i64>W >> 32)) & ~1;
        const link = ${NEXT_PC}; ${setX('link')} ${JUMP}`;
    case 'float': {
      const rm = e.args.some((a) => a.kind === 'roundingMode') ? '((w >>> 26) & 7)' : '0';
      const result = `const result = ${e.helper}(${e.args.map(argument).join(', ')}); floatDone();`;
      return `${FLOAT_READY(rm)} ${result} ${e.into === 'x' ? setX('result') : setF('result')}`;
    }
    case 'call':
      return callText(e);
    case 'nothing':
      return '';
  }
}

/** True when the text of an effect always leaves or continues, so that nothing may follow it. */
function ends(e: Effect): boolean {
  return e.kind === 'jump' || e.kind === 'jumpRegister' || (e.kind === 'call' && e.effect !== 'trap');
}

/** Lengths that an instruction comes in: some have 16-bit forms. */
function lengthsOf({ name }: Instruction): readonly (2 | 4)[] {
  return COMPRESSED.some(({ expansion }) => expansion === name) ? [4, 2] : [4];
}

function caseText(instruction: Instruction, length: 2 | 4): string {
  const { name, effect } = instruction;
  const text = effectText(effect).replaceAll('LENGTH', String(length));
  return `      case ${decodedOperation(name, length)}: { // ${name}${length === 2 ? ', 16 bits' : ''}
        ${text}
        ${ends(effect) ? '' : `ip += ${length * 4}; continue;`}
      }`;
}

function helpersOf(kind: 'pure' | 'float' | 'call'): string[] {
  const names = new Set<string>();
  const visit = (e: Expression): void => {
    if (e.kind === 'pure') names.add(e.helper);
    if (e.kind === 'binary' || e.kind === 'compare') [e.a, e.b].forEach(visit);
    if (e.kind === 'unary' || e.kind === 'word' || e.kind === 'unsignedWord') visit(e.a);
    if (e.kind === 'pure') e.args.forEach(visit);
  };
  for (const { effect } of INSTRUCTIONS) {
    if (kind === 'pure' && effect.kind === 'set') visit(effect.value);
    if (kind !== 'pure' && effect.kind === kind) names.add(effect.helper);
  }
  return [...names].sort();
}

/** The module of the engine that exports each helper that rows call. */
const CALL_MODULES: readonly (readonly [module: string, names: readonly string[]])[] = [
  ['csr', ['csrAccess']],
  ['trap', ['ecall', 'ebreak', 'mret', 'sret', 'wfi']],
  ['fences', ['sfenceVma', 'sinvalVma', 'sfenceInval', 'hfenceVvma', 'hfenceGvma']],
  ['hypervisor-access', ['hlv', 'hsv']],
  ['atomics', ['loadReserved', 'storeConditional', 'amo', 'waitOnReservation']],
  ['cache-blocks', ['cacheBlockManage', 'cacheBlockZero']],
];

function imports(): string {
  const missing = helpersOf('call').filter((name) => !CALL_MODULES.some(([, names]) => names.includes(name)));
  if (missing.length > 0) throw new Error(`no module exports ${missing.join(', ')}`);
  const calls = CALL_MODULES.map(([module, names]) => `import { ${names.join(', ')} } from '../${module}';`);
  return `${calls.join('\n')}
import { ${helpersOf('pure').join(', ')} } from '../integer';
import { ${[...helpersOf('float'), 'floatReady', 'floatDone'].join(', ')} } from '../float';
import { markFpDirty } from '../csr';
import { illegal } from '../trap';
import { loadSlow, storeSlow } from '../mmu';
import { tlbReadBase, dataContext as currentDataContext, fetchContext as currentFetchContext } from '../tlb';
import { trapped, recheck, left, reserve, setLeft, setReserve } from '../state';
import { callTranslated, fuelAfterVisit, fuelOf, fuelWithin, leftFor, mayEnter, sample, single } from '../translated';
import { behindBreak, stopsHere } from '../breaks';
import { decodeEntry, fetchCrossing, entryPage } from '../fetch';
import { X, F, PC, TLB_ARRAY_SIZE, TLB_ENTRIES } from './layout';`;
}

/** The text of `generated/interpreter.ts`. */
export function interpreterText(): string {
  return `// Generated from isa/ by machine/build/interpreter-text.ts.
${imports()}

const PAGE_MASK: u64 = ~0xfff;
const TLB_INDEX: u32 = (TLB_ENTRIES - 1) << 4;
const PAGE_ENTRIES_SIZE: u32 = 2048 * 8;
// Distances of the write and execute arrays from the read array.
const WRITE: u32 = TLB_ARRAY_SIZE;
const EXEC: u32 = 2 * TLB_ARRAY_SIZE;
// A page start from which no entry is as far away as a page is long.
const NO_PAGE: u32 = 0xf0000000;

/**
 * Runs from the decoded entry \`start\` of the page at \`entryPage\` until no instruction is left, a trap was taken, a look at interrupts is
 * due, or the next instruction lies in a page that the execute TLB does not hold. PC and \`left\` are then up to date.
 */
export function interpret(start: u32, startPcBase: u64): void {
  let ip: u32 = start;
  let pcBase: u64 = startPcBase;
  let pageStart: u32 = entryPage;
  let budget: i64 = fuelOf(left);
  const tlb: u32 = tlbReadBase;
  const dataContext: u64 = currentDataContext;
  const fetchContext: u64 = currentFetchContext;
  while (true) {
    if (budget <= 0) {
      if (reserve == 0) { store<u64>(PC, ${PC}); setLeft(budget); return; }
      budget = sample(ip, pageStart, pcBase);
    }
    budget--;
    const W = load<u64>(ip);
    const w: u32 = <u32>W;
    switch (w & 0x3ff) {
      case ${OP_UNDECODED << 1}: {
        decodeEntry(ip, pageStart);
        budget++;
        continue;
      }
${INSTRUCTIONS.flatMap((row) => lengthsOf(row).map((length) => caseText(row, length))).join('\n')}
      case ${OP_PAGE_END << 1}: {
        budget++;
        ${jumpTo(PC)}
      }
      case ${OP_CROSSING << 1}: {
        // It runs from an entry of its own, behind which a page ends, in a page that holds nothing else.
        ${SYNC}
        const crossing = fetchCrossing();
        if (trapped) return;
        budget = left + 1;
        pcBase += <u64>(ip >>> 2) - <u64>(crossing >>> 2);
        pageStart = NO_PAGE;
        ip = crossing;
        continue;
      }
      case ${OP_TRANSLATED << 1}: {
        budget++;
        let descriptor: u32 = <u32>(W >> 32);
        const total = budget + reserve;
        if (mayEnter(descriptor, total)) {
          const result = callTranslated(descriptor, pcBase + <u64>(pageStart >>> 2), total);
          budget = fuelWithin(budget, result >> 1);
          const target = load<u64>(PC);${LOOK_UP}
          if ((result & 1) == 0) {
            budget = fuelAfterVisit(budget, result >> 1, ip);
            continue;
          }
          // The instruction there is ours, also where an entry stands.
          leftFor(ip, target);
          const word = load<u64>(ip);
          if (<u32>word != ${OP_TRANSLATED << 1}) continue;
          descriptor = <u32>(word >> 32);
        }
        const alone = single(descriptor);
        pcBase += <u64>(ip >>> 2) - <u64>(alone >>> 2);
        pageStart = NO_PAGE;
        ip = alone;
        continue;
      }
      case ${OP_BREAK << 1}: {
        budget++;
        ${SYNC}
        if (stopsHere()) return;
        const alone = behindBreak(ip, pageStart);
        pcBase += <u64>(ip >>> 2) - <u64>(alone >>> 2);
        pageStart = NO_PAGE;
        ip = alone;
        continue;
      }
      case ${OP_ILLEGAL << 1}:
      case ${(OP_ILLEGAL << 1) | 1}: {
        ${SYNC} illegal(); return;
      }
      default:
        unreachable();
    }
  }
}
`;
}
