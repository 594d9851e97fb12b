/**
 * Keeps the lab that is open: takes a checkpoint of it every few seconds of wall time while anything happens, and finds the one from
 * which it is gone on with. Whatever goes wrong with the browser's storage, the lab runs on, and the page is told how keeping goes.
 */
import { fail, ok, type Result } from '#base/result';
import type {
  KeepingReport,
  KeepingState,
  KeepingStatus,
  KeepWish,
  KeptCheckpoint,
  Resumed,
} from '#bridge/protocol/keeping';
import type { LabSource, Speed } from '#bridge/protocol/lab-api';
import { REGISTRIES } from '#hypervisor/registries';
import type { HashBytes } from '#hypervisor/snapshot/file';
import type { LabImage } from '#lab/checkpoints/checkpoint';
import { copyAhead } from '#lab/checkpoints/copy-ahead';
import { commandsBetween } from '#lab/checkpoints/going-back';
import { forgetLab, keptLabs } from '#lab/checkpoints/kept-labs';
import { readLabState } from '#lab/checkpoints/lab-state';
import type { CheckpointStore } from '#lab/checkpoints/store';
import type { Lab } from '#lab/lab';
import type { Scenario } from '#lab/scenario';
import type { Locks } from '#lab/storage/lock';
import type { Storage } from '#lab/storage/storage';
import type { RunningLab } from '../running-lab.ts';
import { KeptPlace, keyOf, noteOf, speedIn } from './place.ts';

/** Between two checkpoints. With what one takes to be written, less than ten seconds are ever lost. */
const PERIOD_MS = 5_000;
/** From opening to the first. */
const FIRST_MS = 1_000;
/** Between two attempts when storage fails. */
const LONGEST_PERIOD_MS = 60_000;

/** What the browser gives for keeping. */
export interface KeepingPlaces {
  readonly storage: Storage;
  /** Locks for one of its tabs. */
  locks(tab: string): Locks;
  /** The date in milliseconds since 1970: for people. */
  dateMs(): number;
}

export interface KeeperOptions {
  readonly places: KeepingPlaces | undefined;
  readonly wallMs: () => number;
  readonly speed: () => Speed;
  /** Lets others go on. */
  readonly pause: () => Promise<void>;
  /** What must be kept beside a checkpoint, and before it: layers that disks of the lab have sealed. */
  readonly before?: (lab: Lab) => Promise<void>;
  /** There is something to tell the page. */
  readonly changed: () => void;
}

/** A lab that is about to be opened: where it will be kept, and from what it is gone on with. */
export interface Prepared {
  readonly place: KeptPlace | undefined;
  readonly state: KeepingState;
  readonly found?: { readonly image: LabImage; readonly resumed: Resumed };
  /** As what a lab began that is known by its word alone. */
  readonly beginning?: Scenario;
}

const NOT_KEPT: Prepared = { place: undefined, state: 'off' };

export class Keeper {
  readonly #options: KeeperOptions;
  #place: KeptPlace | undefined;
  #running: RunningLab | undefined;
  #status: KeepingStatus = { state: 'off' };
  #limitBytes = 0;
  #busy: Promise<void> | undefined;
  #periodMs = PERIOD_MS;
  #lastMs = 0;
  /** What the newest checkpoint has, in short: nothing is taken while nothing happens. */
  #lastMark = '';

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** How it goes; the same object until that changes. */
  get status(): KeepingStatus {
    return this.#status;
  }

  /** Finds where a lab is kept. Never fails: a lab that cannot be kept is opened all the same. */
  async prepare(source: LabSource, wish: KeepWish | undefined, hash: HashBytes): Promise<Prepared> {
    const { places, pause } = this.#options;
    if (wish === undefined || wish.bytes === 0) return NOT_KEPT;
    if (places === undefined) return { place: undefined, state: 'unavailable' };
    const key = await keyOf(source, hash);
    // The same lab again: what it has come to counts.
    if (this.#place?.key === key) await this.#takeLast();
    const taken =
      this.#place?.key === key
        ? ok(this.#place)
        : await KeptPlace.take({
            ...{ storage: places.storage, locks: places.locks(wish.tab), bytes: wish.bytes },
            ...{ key, hash, pause },
          });
    if (!taken.ok) return { place: undefined, state: stateOf(taken.error.code) };
    const place = taken.value;
    this.#limitBytes = wish.bytes;
    if ((wish.anew && source.kind !== 'kept') || source.kind === 'state') return { place, state: 'on' };
    const newest = await place.newest();
    if (!newest.ok) return { place, state: 'on' };
    const { info, image, damaged } = newest.value;
    if (wish.anew) {
      const lab = readLabState(image.lab, REGISTRIES);
      return { place, state: 'on', ...(lab.ok ? { beginning: lab.value.scenario } : {}) };
    }
    const { at, takenAtMs } = info;
    return {
      place,
      state: 'on',
      found: { image, resumed: { at, takenAtMs, damaged, speed: speedIn(info.note) } },
    };
  }

  /** The lab that was prepared is not opened after all. */
  async abandon({ place }: Prepared): Promise<void> {
    if (place !== undefined && place !== this.#place) await place.release();
  }

  /** Keeps a lab from now on, instead of the one before, of which a last checkpoint is taken. */
  async adopt({ place, state, found }: Prepared, running: RunningLab): Promise<void> {
    if (this.#place !== place) {
      await this.#takeLast();
      await this.#place?.release();
    }
    await this.#busy;
    this.#place = place;
    this.#begins(running);
    const newest = found && { at: found.resumed.at, takenAtMs: found.resumed.takenAtMs };
    this.#tell({ state, ...(newest === undefined ? {} : { newest }) });
    if (place === undefined || found !== undefined || place.store.checkpoints.length === 0) return;
    const cleared = await place.store.clear();
    if (!cleared.ok) await this.#failed(place, cleared.error.code);
  }

  /** Keeps a lab from now on in the place of the one before, beside whose checkpoints its own come: it can be gone back to those too. */
  async goOnWith(running: RunningLab): Promise<void> {
    await this.#busy;
    this.#begins(running);
  }

  #begins(running: RunningLab): void {
    this.#running = running;
    this.#place?.store.otherLab();
    this.#periodMs = PERIOD_MS;
    this.#lastMs = this.#options.wallMs() - PERIOD_MS + FIRST_MS;
    this.#lastMark = '';
  }

  /** By which word the open lab is kept. */
  get key(): string | undefined {
    return this.#place?.key;
  }
  /** Where the open lab is kept. */
  get store(): CheckpointStore | undefined {
    return this.#place?.store;
  }

  /** Takes a checkpoint when it is time; in how many milliseconds to look again. */
  look(running: RunningLab): number {
    if (this.#place === undefined || this.#busy !== undefined || running !== this.#running)
      return Number.POSITIVE_INFINITY;
    if (this.#markOf(running.lab) === this.#lastMark) return Number.POSITIVE_INFINITY;
    const wait = this.#lastMs + this.#periodMs - this.#options.wallMs();
    if (wait > 0) return wait;
    void this.#begin(running);
    return Number.POSITIVE_INFINITY;
  }

  /** Takes one now, if anything has happened since the last. */
  async keepNow(running: RunningLab): Promise<void> {
    await this.#busy;
    if (this.#place === undefined || this.#markOf(running.lab) === this.#lastMark) return;
    await this.#begin(running);
  }

  #markOf(lab: Lab): string {
    return `${lab.now} ${lab.log.length} ${noteOf(this.#options.speed())}`;
  }

  #begin(running: RunningLab): Promise<void> {
    this.#lastMs = this.#options.wallMs();
    this.#busy = this.#keep(running).finally(() => {
      this.#busy = undefined;
      this.#options.changed();
    });
    return this.#busy;
  }

  async #takeLast(): Promise<void> {
    await this.#busy;
    if (this.#running !== undefined) await this.keepNow(this.#running);
  }

  async #keep({ lab, layout }: RunningLab): Promise<void> {
    const place = this.#place;
    if (place === undefined) return;
    const mark = this.#markOf(lab);
    const note = noteOf(this.#options.speed());
    await this.#options.before?.(lab);
    let kept: Result<unknown> = fail('checkpoint.needsAll');
    for (let attempt = 0; attempt < 2 && !kept.ok && kept.error.code === 'checkpoint.needsAll'; attempt++) {
      await copyAhead(
        lab,
        () => place.store.known,
        () => this.#options.pause(),
      );
      const checkpoint = await lab.checkpoint(place.store.known, layout);
      // Between two quanta, or with a host that has failed, there is none.
      if (checkpoint === undefined) return;
      const takenAtMs = this.#options.places?.dateMs() ?? 0;
      kept = await place.store.keep(checkpoint, { takenAtMs, note, title: lab.scenario.title }, place.limits);
      if (!kept.ok) continue;
      this.#lastMark = mark;
      this.#periodMs = PERIOD_MS;
      this.#tell({ state: 'on', newest: { at: checkpoint.at, takenAtMs } });
    }
    if (!kept.ok) await this.#failed(place, kept.error.code);
  }

  async #failed(place: KeptPlace, code: string): Promise<void> {
    this.#periodMs = Math.min(2 * this.#periodMs, LONGEST_PERIOD_MS);
    let state = stateOf(code);
    if (code === 'storage.changed') {
      const again = await place.takeAgain();
      state = again.ok ? 'on' : stateOf(again.error.code);
      if (!again.ok && this.#place === place) this.#place = undefined;
    }
    const { newest } = this.#status;
    this.#tell({ state, ...(newest === undefined ? {} : { newest }) });
  }

  #tell(status: KeepingStatus): void {
    this.#status = status;
    this.#options.changed();
  }

  async report(): Promise<KeepingReport> {
    const { places } = this.#options;
    const labs = places === undefined ? undefined : await keptLabs(places.storage);
    return {
      status: this.#status,
      limitBytes: this.#limitBytes,
      checkpoints: this.#checkpoints(),
      labs: labs?.ok ? labs.value : [],
    };
  }

  /** The open lab's, oldest first, and whether it has passed through each. */
  #checkpoints(): KeptCheckpoint[] {
    const run = this.#running?.lab;
    return (this.#place?.store.labs ?? []).map(({ number, at, takenAtMs, lab }) => {
      const state = readLabState(lab, REGISTRIES);
      const ofThisRun = run !== undefined && state.ok && commandsBetween(state.value, run, at) !== undefined;
      return { number, at, takenAtMs, ofThisRun };
    });
  }

  /** Changes the room for all kept labs; without any, keeping ends, and what is kept stays until it is forgotten. */
  async setRoom(bytes: number): Promise<void> {
    await this.#busy;
    this.#limitBytes = bytes;
    this.#periodMs = PERIOD_MS;
    if (bytes > 0) {
      await this.#place?.setRoom(bytes);
      return;
    }
    await this.#place?.release();
    this.#place = undefined;
    this.#tell({ state: 'off' });
  }

  /** Forgets all that is kept; the lab that is open is kept from now on anew. */
  async forget(): Promise<Result<null>> {
    const { places } = this.#options;
    if (places === undefined) return fail('storage.unavailable');
    await this.#busy;
    const cleared = await this.#place?.store.clear();
    if (cleared?.ok === false) return cleared;
    const labs = await keptLabs(places.storage);
    if (!labs.ok) return labs;
    for (const { key } of labs.value.filter((lab) => lab.key !== this.#place?.key)) {
      const forgotten = await forgetLab(places.storage, key);
      if (!forgotten.ok) return forgotten;
    }
    this.#lastMark = '';
    this.#tell({ state: this.#status.state });
    return ok(null);
  }
}

function stateOf(code: string): KeepingState {
  if (code === 'storage.locked') return 'elsewhere';
  if (code === 'storage.full') return 'full';
  return code === 'checkpoint.tooLarge' ? 'too-large' : 'unavailable';
}
