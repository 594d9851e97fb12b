/**
 * The address spaces of a VM that are known at a moment, and what is known of each: that which a vCPU is in, those that the guest
 * names, and those that the vCPU ran in lately.
 */
import { type Hex64, hex64, hexNumber, parseHex64 } from '#base/hex64';
import { fail, ok, type Result } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import { RecentSpaces } from '../vcpu/recent-spaces.ts';
import type { Vcpu } from '../vcpu/vcpu.ts';
import { type NamedSpace, namedSpacesOf } from '../vm/guest-processes.ts';
import type { CodeNames } from '../vm/image.ts';
import type { Vm } from '../vm/vm.ts';
import { asidOf, isTranslating, rootOf } from './vsatp.ts';

/** An address space of a guest. */
export interface KnownSpace {
  /** What names it in questions: `kernel` or `pid:1` where the guest names it, else the value of vsatp. */
  readonly id: string;
  readonly vsatp: Hex64;
  /** GPA of the root table; absent: there is none, the GVA is the GPA. */
  readonly root?: Hex64;
  readonly asid: number;
  /** The name that the guest gives it, and the process's number. */
  readonly name?: string;
  readonly pid?: number;
  /** The vCPU is in it. */
  readonly isNow: boolean;
  /** When the vCPU was in it last; absent: not lately. */
  readonly lastNs?: VirtualNs;
}

/** All that are known, through one vCPU. */
export interface KnownSpaces {
  readonly list: readonly KnownSpace[];
  /** The guest's image says where its processes are. */
  readonly namesProcesses: boolean;
}

interface Value {
  readonly vsatpLo: number;
  readonly vsatpHi: number;
}

function valueNow(vcpu: Vcpu): Value {
  return { vsatpLo: vcpu.csrLo('vsatp'), vsatpHi: vcpu.csrHi('vsatp') };
}

/** Tells spaces apart: by the root table, whatever number (ASID) the guest gives them. */
function keyOf({ vsatpLo, vsatpHi }: Value): number {
  return isTranslating(vsatpHi) ? rootOf(vsatpLo, vsatpHi) : -1;
}

/** By root table: when a vCPU was there last. */
function lastRuns(vcpu: Vcpu, now: VirtualNs): ReadonlyMap<number, Value & { readonly lastNs: VirtualNs }> {
  const recent = new RecentSpaces();
  for (const { vsatpLo, vsatpHi, lastNs } of vcpu.recentSpaces.list()) recent.left(vsatpLo, vsatpHi, lastNs);
  vcpu.hart?.leftSpaces.forEach(recent);
  if (vcpu.hart !== undefined) {
    const { vsatpLo, vsatpHi } = valueNow(vcpu);
    recent.left(vsatpLo, vsatpHi, now);
  }
  return new Map(recent.list().map((space) => [keyOf(space), space]));
}

function idOf({ name, pid }: Partial<NamedSpace>, { vsatpLo, vsatpHi }: Value): string {
  if (pid !== undefined) return `pid:${pid}`;
  return name ?? hex64(vsatpLo, vsatpHi);
}

function described(value: Value, named: Partial<NamedSpace>, isNow: boolean, lastNs?: VirtualNs): KnownSpace {
  const { vsatpLo, vsatpHi } = value;
  const { name, pid } = named;
  const root = rootText(value);
  return {
    id: idOf(named, value),
    vsatp: hex64(vsatpLo, vsatpHi),
    ...(root === undefined ? {} : { root }),
    asid: asidOf(vsatpHi),
    ...(name === undefined ? {} : { name }),
    ...(pid === undefined ? {} : { pid }),
    isNow,
    ...(lastNs === undefined ? {} : { lastNs }),
  };
}

/** What is known through a vCPU: where it is first, then what the guest names, then where it ran lately, the latest first. */
export function knownSpaces(vm: Vm, vcpu: Vcpu, names: CodeNames, now: VirtualNs): KnownSpaces {
  const named = namedSpacesOf(vm, names);
  const runs = lastRuns(vcpu, now);
  const current = vcpu.state === 'off' ? undefined : valueNow(vcpu);
  const values = [...(current === undefined ? [] : [current]), ...(named ?? []), ...runs.values()];
  const seen = new Set<number>();
  const list = values.flatMap((value, index) => {
    const key = keyOf(value);
    if (seen.has(key)) return [];
    seen.add(key);
    const name = named?.find((each) => keyOf(each) === key) ?? {};
    return [described(value, name, current !== undefined && index === 0, runs.get(key)?.lastNs)];
  });
  return { list, namesProcesses: named !== undefined };
}

/** Names the space that a vCPU is in. */
export const NOW = 'now';

/**
 * The space that a person means: that of the vCPU now unless said, one of those that are known, or any by a value of vsatp.
 * @param text `now`, an id of {@link KnownSpace}, or a value of vsatp
 */
export function spaceNamed(
  { list }: KnownSpaces,
  vcpu: Vcpu,
  text: string,
): Result<{ readonly space: KnownSpace; readonly vsatpLo: number; readonly vsatpHi: number }> {
  const found = text === NOW ? list.find(({ isNow }) => isNow) : list.find(({ id }) => id === text);
  if (text === NOW && found === undefined) return fail('vcpu.off', { vcpu: vcpu.index });
  const parsed = parseHex64(found?.vsatp ?? text);
  if (!parsed.ok) return fail('no-such-space', { space: text.slice(0, 40) });
  const value = { vsatpLo: parsed.value.lo, vsatpHi: parsed.value.hi };
  if (found !== undefined) return ok({ space: found, ...value });
  const known = list.find(({ root }) => root !== undefined && root === rootText(value));
  return ok({ space: known ?? described(value, {}, false), ...value });
}

function rootText({ vsatpLo, vsatpHi }: Value): Hex64 | undefined {
  return isTranslating(vsatpHi) ? hexNumber(rootOf(vsatpLo, vsatpHi)) : undefined;
}
