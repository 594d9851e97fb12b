/** Changes of a list of breakpoints, as data: each gives the list that is to be set. */
import type { Breakpoint } from '#bridge/protocol/answers';

/** Two that would stop at the same; an address in one space and in any are not the same. */
export function isSame(left: Breakpoint, right: Breakpoint): boolean {
  return keyOf(left) === keyOf(right);
}

/** Tells breakpoints apart. */
export function keyOf(each: Breakpoint): string {
  switch (each.kind) {
    case 'address':
      return `address ${each.vm} ${each.address} ${each.space ?? ''} ${each.condition ?? ''}`;
    case 'watch':
      return `watch ${each.vm} ${each.address} ${each.length} ${each.access} ${each.condition ?? ''}`;
    case 'exit':
      return `exit ${each.vm} ${each.reason}`;
  }
}

export type Change = (list: readonly Breakpoint[]) => readonly Breakpoint[];

export function added(breakpoint: Breakpoint): Change {
  return (list) => (list.some((each) => isSame(each, breakpoint)) ? list : [...list, breakpoint]);
}

export function removed(breakpoint: Breakpoint): Change {
  return (list) => list.filter((each) => !isSame(each, breakpoint));
}

/** Takes away whatever stops at an address in this space; where nothing does, it adds one that stops in any space. */
export function toggled(vm: string, address: string, space: string): Change {
  return (list) => {
    const rest = list.filter(
      (each) =>
        each.kind !== 'address' ||
        each.vm !== vm ||
        each.address !== address ||
        (each.space !== undefined && each.space !== space),
    );
    return rest.length < list.length ? rest : [...list, { kind: 'address', vm, address }];
  };
}

/** The same place, in one address space alone or in any. */
export function inSpace(breakpoint: Breakpoint, space: string | undefined): Change {
  return (list) =>
    list.map((each): Breakpoint => {
      if (each.kind !== 'address' || !isSame(each, breakpoint)) return each;
      const { space: _, ...rest } = each;
      return space === undefined ? rest : { ...rest, space };
    });
}
