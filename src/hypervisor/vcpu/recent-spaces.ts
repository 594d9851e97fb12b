/**
 * The address spaces that a vCPU ran in lately, and when each last did: a bounded list, the one that ran longest ago given up
 * first. The hart notes every change of vsatp (machine/engine/left-spaces.ts), so none is missed while it is among the latest. For
 * people to look at; no part of a snapshot, so it begins anew where a VM is restored.
 */
import type { VirtualNs } from '#base/virtual-time';
import type { LeftSpaceVisitor } from '#machine/left-spaces';
import { isTranslating, rootOf } from '../memory/vsatp.ts';

/** Spaces that are remembered of a vCPU. */
export const RECENT_SPACES = 16;

/** A space, by the value of vsatp that it had when it last ran. */
export interface RecentSpace {
  readonly vsatpLo: number;
  readonly vsatpHi: number;
  readonly lastNs: VirtualNs;
}

export class RecentSpaces implements LeftSpaceVisitor {
  /** Low and high half of vsatp. */
  readonly #values = new Uint32Array(RECENT_SPACES * 2);
  readonly #lastNs = new Float64Array(RECENT_SPACES);

  /** One that the vCPU has left. Spaces are told apart by their root: kernels give their numbers (ASID) away again. */
  left(vsatpLo: number, vsatpHi: number, ns: VirtualNs): void {
    if (!isTranslating(vsatpHi)) return;
    const root = rootOf(vsatpLo, vsatpHi);
    let place = 0;
    for (let at = 0; at < RECENT_SPACES; at++) {
      if (this.#lastNs[at]! > 0 && rootOf(this.#values[at * 2]!, this.#values[at * 2 + 1]!) === root) {
        place = at;
        break;
      }
      if (this.#lastNs[at]! < this.#lastNs[place]!) place = at;
    }
    if (this.#lastNs[place]! > ns) return;
    this.#values[place * 2] = vsatpLo;
    this.#values[place * 2 + 1] = vsatpHi;
    this.#lastNs[place] = ns;
  }

  /** Another software runs. */
  clear(): void {
    this.#lastNs.fill(0);
  }

  /** The latest first. */
  list(): RecentSpace[] {
    return Array.from(this.#lastNs, (lastNs, at) => ({
      ...{ vsatpLo: this.#values[at * 2]!, vsatpHi: this.#values[at * 2 + 1]!, lastNs },
    }))
      .filter(({ lastNs }) => lastNs > 0)
      .sort((a, b) => b.lastNs - a.lastNs);
  }
}
