/** What labs are opened with: the engine and the images, which are fetched once and stay for the next lab. */
import { fail, ok, type Result } from '#base/result';
import type { LabSource, OnProgress, OpenOptions } from '#bridge/protocol/lab-api';
import type { LabImage } from '#lab/checkpoints/checkpoint';
import { inThisThread } from '#lab/placing';
import type { Layer } from '#machine/devices/disk/layers/layer';
import type { KeptDisks } from './disks/kept-disks.ts';
import { type EngineWanted, fetchEngine, type LoadedEngine } from './engine.ts';
import { Images } from './images.ts';
import { type Opening, openLab } from './opening.ts';
import type { Surroundings } from './surroundings.ts';

export interface ToolsOptions {
  readonly surroundings: Surroundings;
  readonly wallMs: () => number;
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
  /** A layer of disks and those below it, where they are kept. */
  readonly layers: (name: string) => Promise<Result<readonly Layer[]>>;
  readonly kept: KeptDisks;
}

/** For whom a lab is opened. */
export interface OpenFor {
  readonly options: OpenOptions;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

export class Tools {
  readonly #options: ToolsOptions;
  #engine: LoadedEngine | undefined;
  /** Until the first lab is opened. */
  #ahead: { readonly wanted: EngineWanted; readonly loaded: Promise<Result<LoadedEngine>> } | undefined;
  #images: Images | undefined;

  constructor(options: ToolsOptions) {
    this.#options = options;
    const { engineAhead: wanted, fetcher } = options.surroundings;
    if (wanted === undefined) return;
    const loaded = fetchEngine(fetcher, wanted, new AbortController().signal, () => undefined);
    this.#ahead = { wanted, loaded };
  }

  /** Once a lab was opened, or was about to. */
  get engine(): LoadedEngine | undefined {
    return this.#engine;
  }
  get images(): Images | undefined {
    return this.#images;
  }

  async load({ options, signal, onProgress }: OpenFor): Promise<Result<LoadedEngine>> {
    if (this.#engine !== undefined) return ok(this.#engine);
    const ahead = await this.#takeAhead(options, signal);
    if (signal.aborted) return fail('cancelled');
    const { fetcher } = this.#options.surroundings;
    const loaded = ahead?.ok ? ahead : await fetchEngine(fetcher, options, signal, onProgress);
    if (loaded.ok) this.#engine = loaded.value;
    return loaded;
  }

  /** What was fetched ahead, if it is what is wanted; whoever ends the opening does not wait for it. */
  async #takeAhead(options: OpenOptions, signal: AbortSignal): Promise<Result<LoadedEngine> | undefined> {
    const ahead = this.#ahead;
    if (ahead?.wanted.engineUrl !== options.engineUrl || ahead.wanted.shared !== options.shared)
      return undefined;
    const aborted = new Promise<undefined>((resolve) =>
      signal.addEventListener('abort', () => resolve(undefined), { once: true }),
    );
    const loaded = await Promise.race([ahead.loaded, aborted]);
    if (loaded !== undefined) this.#ahead = undefined;
    return loaded;
  }

  /** What an opening needs. */
  opening({ engine, hash }: LoadedEngine, whom: OpenFor): Opening {
    const { surroundings, wallMs, pause } = this.#options;
    this.#images ??= new Images({
      guestsUrl: whom.options.guestsUrl,
      teachingUrl: surroundings.teachingUrl,
      fetcher: surroundings.fetcher,
      layers: this.#options.layers,
    });
    return {
      ...{ images: this.#images, engine, ...whom, wallMs },
      placeHosts: surroundings.placeHosts ?? inThisThread,
      ...(surroundings.translator === undefined ? {} : { translator: surroundings.translator }),
      fileTools: { hash, pause },
      kept: this.#options.kept,
      run: this.#options.kept.run(),
    };
  }

  async open(
    loaded: LoadedEngine,
    source: LabSource,
    whom: OpenFor,
    image: LabImage | undefined,
  ): ReturnType<typeof openLab> {
    const opened = await openLab(source, this.opening(loaded, whom), image);
    // An engine that does not start may have come damaged: it is fetched again.
    if (!opened.ok && opened.error.code === 'engine-start') this.#engine = undefined;
    return opened;
  }
}
