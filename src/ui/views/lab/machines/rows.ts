/** The rows of the table of all VMs, and its columns as data: what a cell shows, and by what its column is sorted. No React. */
import type { ViewReader } from '#base/views';
import type { HostDescription, LabDescription, VmDescription } from '#bridge/protocol/answers';
import { type Format, known, UNKNOWN } from '../../../kit/format.ts';
import { cpuOf, latestOf, levelOf } from '../../../parts/vm-load.ts';

/** A VM, with what its host has measured of it. */
export interface VmRow {
  /** Its host's index and its name, which tell it from every other. */
  readonly key: string;
  readonly host: number;
  readonly hostName: string;
  readonly vm: VmDescription;
  /** Of its vCPUs, 0..1; null while it does not run, as what follows. */
  readonly cpu: number | null;
  /** Bytes that it has; null before its host has told. */
  readonly memory: number | null;
  /** What its image is called. */
  readonly image: string;
  /** Bytes a second, both ways. */
  readonly disk: number | null;
  readonly network: number | null;
  /** A second. */
  readonly exits: number | null;
}

export interface Column {
  readonly id: string;
  /** Key of its title. */
  readonly title: string;
  /** Numbers stand on the right, and the highest comes first when one sorts by them. */
  readonly isNumber: boolean;
  /** By what it is sorted; what is null comes last either way. */
  value(row: VmRow): string | number | null;
  text(row: VmRow, format: Format): string;
}

function addressesOf({ spec }: VmDescription): string {
  return spec.nics.flatMap(({ address }) => address ?? []).join(', ');
}

/** Left to right; name and state have cells of their own. */
export const COLUMNS = [
  {
    id: 'name',
    title: 'table.vm',
    isNumber: false,
    value: ({ vm }) => vm.spec.name,
    text: ({ vm }) => vm.spec.name,
  },
  {
    id: 'state',
    title: 'table.state',
    isNumber: false,
    value: ({ vm }) => vm.state,
    text: ({ vm }) => vm.state,
  },
  {
    id: 'host',
    title: 'table.host',
    isNumber: false,
    value: ({ hostName }) => hostName,
    text: ({ hostName }) => hostName,
  },
  {
    id: 'image',
    title: 'table.image',
    isNumber: false,
    value: ({ image }) => image,
    text: ({ image }) => image,
  },
  {
    id: 'address',
    title: 'devices.address',
    isNumber: false,
    value: ({ vm }) => addressesOf(vm) || null,
    text: ({ vm }) => addressesOf(vm) || UNKNOWN,
  },
  {
    id: 'vcpus',
    title: 'table.vcpus',
    isNumber: true,
    value: ({ vm }) => vm.spec.vcpus,
    text: ({ vm }, format) => format.integer(vm.spec.vcpus),
  },
  {
    id: 'cpu',
    title: 'meter.cpu',
    isNumber: true,
    value: ({ cpu }) => cpu,
    text: ({ cpu }, format) => known(cpu, format.percent),
  },
  {
    id: 'memory',
    title: 'table.memory',
    isNumber: true,
    value: ({ memory }) => memory,
    text: ({ memory, vm }, format) => format.usedOf(memory, vm.spec.memoryBytes),
  },
  {
    id: 'disk',
    title: 'meter.disk',
    isNumber: true,
    value: ({ disk }) => disk,
    text: ({ disk }, format) => known(disk, format.byteRate),
  },
  {
    id: 'network',
    title: 'table.network',
    isNumber: true,
    value: ({ network }) => network,
    text: ({ network }, format) => known(network, format.byteRate),
  },
  {
    id: 'exits',
    title: 'table.exits',
    isNumber: true,
    value: ({ exits }) => exits,
    text: ({ exits }, format) => known(exits, format.count),
  },
] as const satisfies readonly Column[];

function rowOf(
  index: number,
  host: HostDescription,
  vm: VmDescription,
  view: ViewReader | undefined,
  image: string,
): VmRow {
  return {
    key: `${index}/${vm.spec.name}`,
    host: index,
    hostName: host.name,
    vm,
    image,
    cpu: cpuOf(view, vm),
    memory: levelOf(view, vm, 'memory'),
    disk: latestOf(view, vm, 'disk-read', 'disk-write'),
    network: latestOf(view, vm, 'net-rx', 'net-tx'),
    exits: latestOf(view, vm, 'exits'),
  };
}

/** All VMs of a lab, host by host. */
export function rowsOf(
  lab: LabDescription,
  viewOf: (host: number) => ViewReader | undefined,
  imageName: (name: string) => string,
): VmRow[] {
  return lab.hosts.flatMap((host, index) =>
    host.vms.map((vm) => rowOf(index, host, vm, viewOf(index), imageName(vm.spec.image.name))),
  );
}

/** What of a row the words of a filter are looked for in. `stateText`: the state as the page names it. */
function wordsOf({ vm, hostName, image: imageText }: VmRow, stateText: string): string {
  const { name, image, nics } = vm.spec;
  const cards = nics.flatMap(({ address, mac, switch: to }) => [address ?? '', mac ?? '', to]);
  return [name, hostName, image.name, imageText, vm.state, stateText, ...cards].join(' ').toLowerCase();
}

/** Rows in which every word of the filter stands somewhere. */
export function filtered(
  rows: readonly VmRow[],
  filter: string,
  stateText: (row: VmRow) => string,
): readonly VmRow[] {
  const wanted = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    const words = wordsOf(row, stateText(row));
    return wanted.every((word) => words.includes(word));
  });
}

/** By which column, and whether the other way round than usual: `cpu`, `-cpu`. */
export interface Order {
  readonly column: Column;
  readonly isTurned: boolean;
}

/** The order that an address names; undefined: as the lab has them. */
export function orderOf(text: string | undefined): Order | undefined {
  const column = COLUMNS.find(({ id }) => id === text?.replace(/^-/, ''));
  return column === undefined ? undefined : { column, isTurned: text?.startsWith('-') === true };
}

/** What the header of a column leads to: its order, the other way round, as the lab has them. */
export function nextOrder(now: Order | undefined, column: Column): string | undefined {
  if (now?.column.id !== column.id) return column.id;
  return now.isTurned ? undefined : `-${column.id}`;
}

/** Sorted rows; equal ones stay as the lab has them. `vm-2` comes before `vm-10`. */
export function sorted(rows: readonly VmRow[], order: Order | undefined): readonly VmRow[] {
  if (order === undefined) return rows;
  const { column, isTurned } = order;
  const sign = column.isNumber === isTurned ? 1 : -1;
  return [...rows].sort((one, other) => {
    const [a, b] = [column.value(one), column.value(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const difference =
      typeof a === 'number' && typeof b === 'number'
        ? a - b
        : String(a).localeCompare(String(b), 'en', { numeric: true });
    return sign * difference;
  });
}

/** The same rows, in the order in which they stood; new ones at the end. */
export function asBefore(rows: readonly VmRow[], before: readonly string[]): readonly VmRow[] {
  const place = new Map(before.map((key, index) => [key, index]));
  const placeOf = ({ key }: VmRow): number => place.get(key) ?? before.length;
  return [...rows].sort((one, other) => placeOf(one) - placeOf(other));
}
