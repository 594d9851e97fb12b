/**
 * Processes of a guest whose image says where they are: a table in the guest's memory, with the layout of its entries as
 * absolute symbols (guests/teaching-kernel/kernel/layout.c). Image and memory are the guest's, so every number is checked, and
 * what makes no sense is left out. Of guests that name nothing of this kind (Linux: its structures have no fixed layout) nothing
 * is guessed.
 */
import { PAGE_SIZE } from '#base/addresses';
import { readGuest } from '../memory/guest-bytes.ts';
import { isTranslating, sv39Hi } from '../memory/vsatp.ts';
import type { Vcpu } from '../vcpu/vcpu.ts';
import type { CodeNames } from './image.ts';
import type { Vm } from './vm.ts';

/** An address space to which the guest gives a name. */
export interface NamedSpace {
  readonly name: string;
  /** Of a process; the kernel's own space has none. */
  readonly pid?: number;
  readonly vsatpLo: number;
  readonly vsatpHi: number;
}

/** At most so many bytes of a table, and entries, are looked at. */
const MOST_BYTES = 64 * 1024;
const MOST_PROCESSES = 256;
const MOST_NAME = 64;
const MOST_ASID_BITS = 16;

/** Where the fields of an entry lie, and how long it is. */
interface Layout {
  readonly size: number;
  readonly pid: number;
  readonly name: number;
  readonly nameSize: number;
  readonly root: number;
}

function layoutOf(names: CodeNames): Layout | undefined {
  const number = (name: string): number => {
    const value = names.value(`layout_process_${name}`);
    return value === undefined || value.hi !== 0 ? -1 : value.lo;
  };
  const nameSize = number('name_size');
  const layout = {
    ...{ size: number('size'), pid: number('pid'), name: number('name'), root: number('root') },
    nameSize: Math.min(nameSize, MOST_NAME),
  };
  const { size, pid, name, root } = layout;
  const fits = (at: number, bytes: number): boolean => at >= 0 && at + bytes <= size;
  const isGood = size <= MOST_BYTES && nameSize > 0 && fits(pid, 4) && fits(root, 8) && fits(name, nameSize);
  return isGood ? layout : undefined;
}

/** A vCPU that translates, through which the kernel's memory can be seen; its half of the addresses is in every space. */
function viewerOf({ vcpus }: Vm): Vcpu | undefined {
  return vcpus.find((vcpu) => vcpu.state !== 'off' && isTranslating(vcpu.csrHi('vsatp')));
}

/** Reads variables of the kernel. */
class KernelMemory {
  readonly #vm: Vm;
  readonly #vcpu: Vcpu;
  readonly #names: CodeNames;

  constructor(vm: Vm, vcpu: Vcpu, names: CodeNames) {
    this.#vm = vm;
    this.#vcpu = vcpu;
    this.#names = names;
  }

  /** A variable by its name, as far as it is there. */
  variable(name: string): DataView {
    const place = this.#names.value(name);
    const length = Math.min(place?.size ?? 0, MOST_BYTES);
    const bytes =
      place === undefined
        ? new Uint8Array(0)
        : readGuest(this.#vm, this.#vcpu, place.lo, place.hi, length, 'load', false);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** GPA of the table that a pointer of the kernel leads to; undefined where it leads to none. */
  tableAt(view: DataView, at: number): number | undefined {
    const lo = view.getUint32(at, true);
    const hi = view.getUint32(at + 4, true);
    if (lo === 0 && hi === 0) return undefined;
    const { gpa } = this.#vm.walk(this.#vcpu, lo, hi, 'load', false);
    return gpa < 0 || gpa % PAGE_SIZE !== 0 ? undefined : gpa;
  }
}

/** Printable ASCII up to the end of a C string. */
function textAt(view: DataView, at: number, length: number): string {
  let text = '';
  for (let n = 0; n < length; n++) {
    const code = view.getUint8(at + n);
    if (code === 0) break;
    text += code > 0x20 && code < 0x7f ? String.fromCharCode(code) : '?';
  }
  return text;
}

function spaceAt(root: number, asid: number): Pick<NamedSpace, 'vsatpLo' | 'vsatpHi'> {
  return { vsatpLo: (root / PAGE_SIZE) >>> 0, vsatpHi: sv39Hi(root, asid) };
}

/**
 * The address spaces that a guest names now, the kernel's first, processes in the order of its table; undefined: its image says
 * nothing of processes. None while the guest has no page tables yet.
 */
export function namedSpacesOf(vm: Vm, names: CodeNames): NamedSpace[] | undefined {
  const layout = layoutOf(names);
  if (layout === undefined || names.value('processes') === undefined) return undefined;
  const viewer = viewerOf(vm);
  if (viewer === undefined) return [];
  const memory = new KernelMemory(vm, viewer, names);
  const spaces: NamedSpace[] = [];
  const kernel = memory.variable('kernel_root');
  const kernelRoot = kernel.byteLength === 8 ? memory.tableAt(kernel, 0) : undefined;
  if (kernelRoot !== undefined) spaces.push({ name: 'kernel', ...spaceAt(kernelRoot, 0) });

  const bits = memory.variable('asid_bits');
  const width = bits.byteLength === 4 ? Math.min(bits.getUint32(0, true), MOST_ASID_BITS) : 0;
  const table = memory.variable('processes');
  const count = Math.min(MOST_PROCESSES, Math.floor(table.byteLength / layout.size));
  for (let index = 0; index < count; index++) {
    const at = index * layout.size;
    const root = memory.tableAt(table, at + layout.root);
    if (root === undefined) continue;
    spaces.push({
      ...{
        name: textAt(table, at + layout.name, layout.nameSize),
        pid: table.getUint32(at + layout.pid, true),
      },
      ...spaceAt(root, width === 0 ? 0 : index + 1),
    });
  }
  return spaces;
}
