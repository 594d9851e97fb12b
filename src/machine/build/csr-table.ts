/**
 * Renders the table of CSRs as the engine's AssemblyScript: which addresses exist, how each is read and written. Privilege
 * and the rules of single registers are in the engine's `csr.ts` and the files that hold the hooks.
 */
import { CSRS, type Csr, csrNamed } from '#isa/csrs';

/** The module of the engine that holds each hook. */
const HOOK_MODULES: readonly (readonly [module: string, hooks: readonly string[]])[] = [
  ['csr', ['writeFcsr', 'writeFflags', 'writeFrm']],
  [
    'counters',
    [
      ...['readCycle', 'readTime', 'readInstret', 'readMhartid'],
      ...['writeMcycle', 'writeMinstret', 'writeMcountinhibit'],
    ],
  ],
  [
    'interrupts',
    [
      ...['readMip', 'readMideleg', 'readSie', 'readSip', 'readHip', 'readVsie', 'readVsip'],
      ...[
        'writeMip',
        'writeMie',
        'writeMideleg',
        'writeSie',
        'writeSip',
        'writeHie',
        'writeHip',
        'writeHvip',
      ],
      ...['writeHideleg', 'writeHgeie', 'writeVsie', 'writeVsip'],
    ],
  ],
  ['pmp', ['readPmpaddr', 'writePmpaddr', 'writePmpcfg0', 'writePmpcfg2']],
  [
    'status',
    [
      ...['readMisa', 'readMstatus', 'readSstatus', 'readVsstatus', 'readHstatus', 'readHenvcfg'],
      ...['writeMstatus', 'writeSstatus', 'writeVsstatus', 'writeHstatus', 'writeHenvcfg', 'writeMenvcfg'],
      'writeSenvcfg',
    ],
  ],
  ['timers', ['writeStimecmp', 'writeVstimecmp', 'writeHtimedelta']],
  [
    'translation-control',
    ['writeSatp', 'writeVsatp', 'writeHgatp', 'writeMtvec', 'writeStvec', 'writeVstvec'],
  ],
];

const ALL = (1n << 64n) - 1n;
const hex = (value: number | bigint): string => `0x${value.toString(16)}`;
const slot = (name: string): string => `CSR_${name.toUpperCase()}`;

/** A hook `name:number` gets the number as its first argument. */
function hookCall(hook: string, ...args: readonly string[]): string {
  const [name, number] = hook.split(':');
  return `${name}(${[...(number === undefined ? [] : [number]), ...args].join(', ')})`;
}

/** The value of a CSR as an expression. */
function readText({ name, storage, read }: Csr): string {
  if (read !== undefined) return hookCall(read);
  switch (storage.kind) {
    case 'slot':
      return `load<u64>(${slot(name)})`;
    case 'alias': {
      const bits = `(load<u64>(${slot(storage.of)}) & ${hex(storage.mask)})`;
      return storage.shift === 0 ? bits : `${bits} >> ${storage.shift}`;
    }
    case 'constant':
      return hex(storage.value);
    case 'computed':
      throw new Error(`${name} has no read hook`);
  }
}

/** A write as a statement; empty when it changes nothing. */
function writeText({ name, mask, storage, write }: Csr): string {
  const value = mask === ALL ? 'value' : `value & ${hex(mask)}`;
  if (write !== undefined) return `${hookCall(write, value)};`;
  if (mask === 0n) return '';
  if (storage.kind !== 'slot') throw new Error(`${name} has no write hook`);
  return `store<u64>(${slot(name)}, ${value});`;
}

/** A switch by the high and then the low part of the address: each is short and dense. */
function switchText(rows: readonly (readonly [address: number, statement: string])[]): string {
  const groups = new Map<number, (readonly [number, string])[]>();
  for (const row of rows) groups.set(row[0] >> 8, [...(groups.get(row[0] >> 8) ?? []), row]);
  const inner = [...groups].map(
    ([high, members]) => `    case ${high}:
      switch (address & 0xff) {
${members.map(([address, statement]) => `        case ${hex(address & 0xff)}: ${statement}`).join('\n')}
      }
      break;`,
  );
  return `  switch (address >> 8) {\n${inner.join('\n')}\n  }`;
}

/** Neighbours that do the same share one statement. */
function statements(rows: readonly Csr[], text: (row: Csr) => string): (readonly [number, string])[] {
  const sorted = [...rows].sort((a, b) => a.address - b.address);
  return sorted.map((row, i) => {
    const next = sorted[i + 1];
    const statement = text(row);
    const shared = next !== undefined && next.address >> 8 === row.address >> 8 && text(next) === statement;
    return [row.address, shared ? '' : statement] as const;
  });
}

/** Offset from a supervisor register to the guest's own one behind the same address. */
function guestOffset(row: Csr): number {
  const guest = csrNamed(row.inGuest ?? row.name);
  if (guest === undefined) throw new Error(`no CSR ${row.inGuest}`);
  return guest.address - row.address;
}

/** The text of `generated/csr-table.ts`. */
export function csrTableText(): string {
  const slots = new Set<string>();
  const hooks = new Set<string>();
  for (const { name, storage, read, write, mask } of CSRS) {
    for (const hook of [read, write]) if (hook !== undefined) hooks.add(hook.split(':')[0] ?? hook);
    const plain = read === undefined || (write === undefined && mask !== 0n);
    if (storage.kind === 'slot' && plain) slots.add(slot(name));
    if (storage.kind === 'alias' && read === undefined) slots.add(slot(storage.of));
  }
  const imports = HOOK_MODULES.map(([module, names]) => {
    const used = names.filter((name) => hooks.delete(name));
    if (used.length !== names.length) throw new Error(`${module}: hooks that no CSR uses`);
    return `import { ${used.join(', ')} } from '../${module}';`;
  });
  if (hooks.size > 0) throw new Error(`no module holds ${[...hooks].join(', ')}`);
  const guests = CSRS.filter(({ inGuest }) => inGuest !== undefined);
  return `// Generated from isa/csrs.ts by machine/build/csr-table.ts.
import { ${[...slots].join(', ')} } from './layout';
${imports.join('\n')}

/** Whether a CSR has this address. */
export function csrIsKnown(address: i32): bool {
${switchText(statements(CSRS, () => 'return true;'))}
  return false;
}

/** The address of the register that a supervisor address means while V=1. */
export function csrInGuest(address: i32): i32 {
${switchText(statements(guests, (row) => `return address + ${guestOffset(row)};`))}
  return address;
}

/** The value of a CSR that exists. */
export function csrRead(address: i32): u64 {
${switchText(statements(CSRS, (row) => `return ${readText(row)};`))}
  return 0;
}

/** Writes a CSR that exists. */
export function csrWrite(address: i32, value: u64): void {
${switchText(statements(CSRS, (row) => `${writeText(row)} return;`.trim()))}
}
`;
}
