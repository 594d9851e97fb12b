/**
 * Where two saved hosts or VMs differ, in words: fields by their path, memory by its pages, those that lie next to each other
 * together.
 */
import { PAGE_SIZE } from '#base/addresses';
import { FRAME_STATE } from '#base/catalogue/frame-states';
import { PAGE_STATE } from '#base/catalogue/page-states';
import { ok, type Result } from '#base/result';
import { SnapshotFormatError } from '#base/state/bytes';
import { decode } from '#base/state/codec';
import { bytesInWords } from '#base/state/describe';
import { Differences, type DiffOptions, differenceOfBytes } from '#base/state/diff';
import type { StateRow } from '#base/state/view';
import { frameOwnerByte } from '#base/views';
import { FIRST_FRAME } from '../memory/frame-allocator.ts';
import type { VmPages } from '../memory/vm-pages.ts';
import type { Registries } from '../registries.ts';
import { VM } from '../vm/state.ts';
import { guarded, type HashBytes, type SnapshotKind } from './file.ts';
import type { HostImage } from './host-checkpoint.ts';
import { HOST, partsOf, readHostFile, SAVED_HOST, type SavedHost } from './host-state.ts';
import { readVmFile, type SavedVm } from './vm-file.ts';

/** By number of page (gfn, spfn), ascending, its content; nothing for zeros. */
type Pages = ReadonlyMap<number, Uint8Array | undefined>;

/** Bytes that are shown where two pages differ first. */
const SHOWN_BYTES = 8;
const ZEROS: Uint8Array = new Uint8Array(PAGE_SIZE);

/** What a file holds. */
export type Saved =
  | { readonly kind: 'host'; readonly state: SavedHost }
  | { readonly kind: 'vm'; readonly state: SavedVm };

/** Reads a file of a host or VM whole; nothing but a whole file of ours is one. */
export function readSaved(
  kind: SnapshotKind,
  file: Uint8Array,
  tools: { readonly hash: HashBytes; readonly registries: Registries },
): Result<Saved> {
  const parts = partsOf(tools.registries);
  if (kind === 'vm') {
    const read = readVmFile(file, tools.hash, parts);
    return read.ok ? ok({ kind, state: read.value }) : read;
  }
  const read = readHostFile(file, tools.hash, parts);
  return read.ok ? ok({ kind, state: read.value }) : read;
}

/** The differences of two things of one kind; none when they are the same. */
export function differencesOf(a: Saved, b: Saved, options: DiffOptions = {}): Result<StateRow[]> {
  return guarded(() => {
    const found = new Differences(options);
    if (a.kind === 'host' && b.kind === 'host') compareHosts(found, a.state, b.state, '');
    else if (a.kind === 'vm' && b.kind === 'vm') compareVms(found, a.state, b.state);
    else throw new SnapshotFormatError('a host and a VM');
    return ok(found.rows());
  });
}

/** Adds the differences of two hosts as checkpoints and files of labs hold them. */
export function compareHostImages(
  found: Differences,
  images: readonly [HostImage, HostImage],
  registries: Registries,
  path: string,
): void {
  const [a, b] = images.map(({ state, pieces }) =>
    decode(SAVED_HOST, state, { parts: partsOf(registries), apart: pieces }),
  );
  if (a !== undefined && b !== undefined) compareHosts(found, a, b, path);
}

function compareVms(found: Differences, a: SavedVm, b: SavedVm): void {
  found.compare(VM, a.vm, b.vm);
  const nameOf = (gfn: number): string => hex(gfn);
  comparePages(found, pagesOfVm(a.vm.memory, a.ram), pagesOfVm(b.vm.memory, b.ram), {
    path: 'ram.gfn',
    nameOf,
  });
}

function compareHosts(found: Differences, a: SavedHost, b: SavedHost, path: string): void {
  const prefix = path === '' ? '' : `${path}.`;
  found.compare(HOST, a.host, b.host, path);
  const nameOf = (spfn: number): string => `${hex(spfn)}${userOf(a, spfn) || userOf(b, spfn)}`;
  comparePages(found, framesOf(a), framesOf(b), { path: `${prefix}ram.frame`, nameOf });
  for (const [at, content] of a.snapshotContents.entries()) {
    const other = b.snapshotContents[at];
    if (other !== undefined) found.compareBytes(content, other, `${prefix}snapshots.content[${at}]`);
  }
}

/** Whose page a frame is, by its first user. */
function userOf({ host }: SavedHost, spfn: number): string {
  const at = spfn - FIRST_FRAME;
  const owner = host.frames.owners[at];
  const placed = host.vms.find(({ slot }) => frameOwnerByte(slot) === owner);
  if (placed === undefined) return '';
  const state = host.frames.states[at];
  if (state === FRAME_STATE['page-table']) return ` (${placed.vm.spec.name})`;
  return ` (${placed.vm.spec.name}: gfn ${hex(host.frames.guestFrames[at] ?? 0)})`;
}

function hex(number: number): string {
  return `0x${number.toString(16)}`;
}

function framesOf({ host, ram }: SavedHost): Pages {
  const used = [...host.frames.states.keys()].filter((at) => host.frames.states[at] !== FRAME_STATE.free);
  return joined(
    used.map((at) => FIRST_FRAME + at),
    ram,
  );
}

function pagesOfVm({ slots }: VmPages, ram: SavedVm['ram']): Pages {
  const gfns = slots.flatMap(({ base, pages }) =>
    [...pages.keys()]
      .filter((page) => pages[page] === PAGE_STATE.backed)
      .map((page) => base / PAGE_SIZE + page),
  );
  return joined(gfns, ram);
}

function joined(numbers: readonly number[], contents: SavedVm['ram']): Pages {
  if (numbers.length !== contents.length) throw new SnapshotFormatError('pages without their contents');
  return new Map(numbers.map((number, at) => [number, contents[at]]));
}

/** How two pages of one number differ. */
type Kind = 'onlyFirst' | 'onlySecond' | 'pages';
interface Range {
  readonly first: number;
  readonly kind: Kind;
  last: number;
}

/** How pages are called. */
interface PageNames {
  readonly path: string;
  readonly nameOf: (number: number) => string;
}

/** Adds a row for each range of pages that differ in the same way. */
function comparePages(found: Differences, a: Pages, b: Pages, names: PageNames): void {
  let range: Range | undefined;
  const end = (): void => {
    if (range !== undefined) addRange(found, range, a, b, names);
    range = undefined;
  };
  for (const number of [...new Set([...a.keys(), ...b.keys()])].sort((x, y) => x - y)) {
    const kind = kindOf(number, a, b);
    if (kind === undefined || range?.kind !== kind || range.last + 1 !== number) end();
    if (kind === undefined) continue;
    if (range === undefined) range = { first: number, last: number, kind };
    else range.last = number;
  }
  end();
}

function kindOf(number: number, a: Pages, b: Pages): Kind | undefined {
  if (!b.has(number)) return 'onlyFirst';
  if (!a.has(number)) return 'onlySecond';
  const [one = ZEROS, other = ZEROS] = [a.get(number), b.get(number)];
  if (one === other) return undefined;
  return one.length !== other.length || one.some((byte, at) => byte !== other[at]) ? 'pages' : undefined;
}

function addRange(
  found: Differences,
  { first, last, kind }: Range,
  a: Pages,
  b: Pages,
  { path, nameOf }: PageNames,
): void {
  const where = `${path}[${first === last ? nameOf(first) : `${nameOf(first)} – ${nameOf(last)}`}]`;
  if (kind !== 'pages') {
    found.add(where, kind);
    return;
  }
  const [one = ZEROS, other = ZEROS] = [a.get(first), b.get(first)];
  const offset = differenceOfBytes(one, other).first;
  const shown = (bytes: Uint8Array): string => bytesInWords(bytes.subarray(offset, offset + SHOWN_BYTES));
  const count = last - first + 1;
  const data = { at: hex(first * PAGE_SIZE + offset), a: shown(one), b: shown(other) };
  if (count === 1) found.add(where, 'page', data);
  else found.add(where, 'pages', { ...data, count });
}
