/** How long the lab stands still for a checkpoint: the longest of the parts in which one is taken and kept, between which it may run. */
import { engineModule } from '#cli/engine';
import { GuestFiles } from '#cli/guest-files';
import { LocalHost } from '#hypervisor/local-host';
import { hasher } from '#hypervisor/snapshot/hasher';
import { copyAhead } from '#lab/checkpoints/copy-ahead';
import { CheckpointStore } from '#lab/checkpoints/store';
import { Lab } from '#lab/lab';
import { softwareResolver, vmsOf } from '#lab/software';
import { MemoryStorage } from '#lab/storage/memory-storage';
import { readScenario } from '#lab/versions';
import { USUAL_POLICY } from '#machine/usual-policy';
import { type FigureGroup, rounded } from '../figure.ts';

const MS = 1_000_000;
/** The first ones find no code compiled. */
const WARM_UP = 2;
const CHECKPOINTS = 8;
const LIMITS = { bytes: 2 ** 30, checkpoints: 2 };

/** One VM that writes one word to each page of 63 MiB a second. */
const SCENARIO = {
  version: 1,
  title: 'a VM that writes much',
  seed: 1,
  hosts: [
    {
      name: 'host',
      ramBytes: 256 << 20,
      vms: [{ name: 'a', image: { kind: 'builtin', name: 'teaching' }, memoryBytes: 128 << 20 }],
    },
  ],
  commands: [{ at: 100 * MS, op: 'console.input', args: { vm: 'a', text: 'dirty 16000 16384 &\n' } }],
};

export const CHECKPOINT: FigureGroup = {
  id: 'checkpoint',
  async measure() {
    const scenario = readScenario(SCENARIO);
    if (!scenario.ok) throw new Error(JSON.stringify(scenario.error));
    const files = new GuestFiles('.');
    const loaded = files.load(vmsOf(scenario.value));
    if (!loaded.ok) throw new Error(loaded.error.code);
    const engine = engineModule();
    const environment = { software: softwareResolver(files), shared: false, translate: USUAL_POLICY };
    const lab = await Lab.create(scenario.value, LocalHost.maker(engine, environment));
    const runOn = async (): Promise<unknown> => lab.advance(lab.now + 10 * MS);
    const stalls = new Stalls();
    const store = await CheckpointStore.open({
      ...{ storage: new MemoryStorage(), key: 'measured', hash: hasher(engine) },
      pause: () => stalls.pause(runOn),
    });
    if (!store.ok) throw new Error(store.error.code);
    let leastBytes = Number.POSITIVE_INFINITY;
    for (let n = 0; n < WARM_UP + CHECKPOINTS; n++) {
      await lab.advance(lab.now + 1200 * MS);
      if (n === WARM_UP) stalls.longestMs = 0;
      stalls.begin();
      await copyAhead(
        lab,
        () => store.value.known,
        () => stalls.pause(runOn),
      );
      const checkpoint = await lab.checkpoint(store.value.known);
      if (checkpoint === undefined) throw new Error('there is no checkpoint');
      const fresh = checkpoint.hosts.flatMap(({ freshPieces }) => freshPieces);
      leastBytes = Math.min(
        leastBytes,
        fresh.reduce((sum, { length }) => sum + length, 0),
      );
      const kept = await store.value.keep(checkpoint, { takenAtMs: n, note: '', title: '' }, LIMITS);
      if (!kept.ok) throw new Error(kept.error.code);
      stalls.end();
    }
    return [
      { name: 'new memory in a checkpoint', value: rounded(leastBytes / 2 ** 20, 1) },
      { name: 'longest stall of a checkpoint', value: rounded(stalls.longestMs, 1) },
    ];
  },
};

/** Time between two pauses. */
class Stalls {
  longestMs = 0;
  #since = 0;

  begin(): void {
    this.#since = performance.now();
  }
  end(): void {
    this.longestMs = Math.max(this.longestMs, performance.now() - this.#since);
  }
  /** The lab runs on. */
  async pause(run: () => Promise<unknown>): Promise<void> {
    this.end();
    await run();
    this.begin();
  }
}
