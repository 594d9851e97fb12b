/**
 * One writer at a time, over all tabs of a browser: whoever keeps a lab holds its lock. A lock ends with its holder, however
 * that ends. It is a courtesy between tabs that live; what makes a second writer harmless is the condition of each commit.
 */
import { fail, ok, type Result } from '#base/result';
import type { Storage } from './storage.ts';

/** A lock that is held. */
export interface Lock {
  release(): Promise<void>;
}

/** Where locks come from. */
export interface Locks {
  /** Takes a lock, or refuses at once with `storage.locked` when somebody else has it. */
  take(name: string): Promise<Result<Lock>>;
}

/** Calls something again and again; the result ends that. */
export type Repeat = (turn: () => void, everyMs: number) => () => void;

/** How long a lease lasts that is not renewed, and how often it is. */
export const LEASE_MS = 3_000;
const RENEW_MS = 1_000;

/** What a lease needs from outside. */
export interface LeaseSurroundings {
  readonly storage: Storage;
  /** Another word for each holder. */
  readonly holder: string;
  /** Milliseconds of a clock that all holders share. */
  readonly nowMs: () => number;
  readonly repeat: Repeat;
}

interface Lease {
  readonly holder: string;
  readonly untilMs: number;
}

function leaseOf(bytes: Uint8Array | undefined): Lease | undefined {
  if (bytes === undefined) return undefined;
  const [holder, until] = new TextDecoder().decode(bytes).split('\n');
  return holder === undefined ? undefined : { holder, untilMs: Number(until) };
}

/** Where the browser has no locks: a record that says who holds it and until when, renewed while its holder lives. */
export class LeaseLocks implements Locks {
  readonly #surroundings: LeaseSurroundings;

  constructor(surroundings: LeaseSurroundings) {
    this.#surroundings = surroundings;
  }

  async take(name: string): Promise<Result<Lock>> {
    const { storage, holder, nowMs, repeat } = this.#surroundings;
    const key = `lease/${name}`;
    const renew = async (): Promise<Result<null>> => {
      const found = await storage.get(key);
      if (!found.ok) return found;
      const lease = leaseOf(found.value);
      if (lease !== undefined && lease.holder !== holder && lease.untilMs > nowMs())
        return fail('storage.locked');
      const bytes = new TextEncoder().encode(`${holder}\n${nowMs() + LEASE_MS}`);
      const taken = await storage.commit({ put: [[key, bytes]], onlyIf: { key, is: found.value } });
      return taken.ok || taken.error.code !== 'storage.changed' ? taken : fail('storage.locked');
    };
    const taken = await renew();
    if (!taken.ok) return taken;
    // Who has slept through its lease may have lost it, and learns so when it commits.
    const end = repeat(() => void renew(), RENEW_MS);
    const release = async (): Promise<void> => {
      end();
      const found = await storage.get(key);
      if (found.ok && leaseOf(found.value)?.holder === holder)
        await storage.commit({ remove: [key], onlyIf: { key, is: found.value } });
    };
    return ok({ release });
  }
}
