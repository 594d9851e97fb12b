/**
 * What it costs that each slice and each exit is always noted for people: how often a busy host notes something, counted, times how long
 * that takes, measured by itself. Two hosts in turns, one without its rings, tell no difference: it is far below what such turns vary by.
 */
import { EXIT_INDEX } from '#base/catalogue/exit-reasons';
import { NS_PER_MS } from '#base/virtual-time';
import { ExitTrail } from '#hypervisor/cpu/exit-trail';
import { Timeline } from '#hypervisor/cpu/timeline';
import type { Host } from '#hypervisor/host';
import { type FigureGroup, rounded } from '../figure.ts';
import { hostOnNode } from '../memory/host-on-node.ts';
import { BARE_SOFTWARE, bareVm } from './bare-host.ts';

const MIB = 1 << 20;
const VMS = ['one', 'two', 'three', 'four'] as const;
const RUN_NS = 1000 * NS_PER_MS;
/** Before it counts: Node compiles what the host runs. */
const WARM_NS = 1000 * NS_PER_MS;
const NOTES = 1_000_000;
const ROUNDS = 5;

function boot(): Host {
  const vms = VMS.map((name) => bareVm(name, 'worker'));
  return hostOnNode(vms, BARE_SOFTWARE, { ramBytes: 32 * MIB, harts: 2, scheduler: { kind: 'credit' } });
}

/** Counts from now on how often a host notes how far a slice has come. */
function countExtensions({ cpus }: Host): () => number {
  let count = 0;
  for (const { timeline } of cpus) {
    const extend = timeline.extend.bind(timeline);
    timeline.extend = (endNs) => {
      count += 1;
      extend(endNs);
    };
  }
  return () => count;
}

/** How often something was noted in the stretch that counts. */
function countNotes(): { readonly slices: number; readonly extensions: number; readonly exits: number } {
  const host = boot();
  host.advance(WARM_NS);
  const extensions = countExtensions(host);
  const slices = (): number => host.cpus.reduce((sum, { timeline }) => sum + timeline.written, 0);
  const [slicesBefore, exitsBefore] = [slices(), host.stops.trail.written];
  host.advance(WARM_NS + RUN_NS);
  return {
    slices: slices() - slicesBefore,
    extensions: extensions(),
    exits: host.stops.trail.written - exitsBefore,
  };
}

/** Milliseconds of a processor that a host takes for the stretch that counts. */
function runMs(): number {
  const host = boot();
  host.advance(WARM_NS);
  const before = process.cpuUsage();
  host.advance(WARM_NS + RUN_NS);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Nanoseconds of a note, the least of several rounds. */
function noteNs(note: (at: number) => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let at = 0; at < NOTES; at++) note(at);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, ((user + system) * 1000) / NOTES);
  }
  return least;
}

export const RECORDING_COST: FigureGroup = {
  id: 'recording-cost',
  async measure({ say }) {
    const { slices, extensions, exits } = countNotes();
    if (slices < 500 || exits < 2000) throw new Error('the host did not note what was meant');
    const [timeline, trail] = [new Timeline(), new ExitTrail()];
    const sliceNs = noteNs((at) => {
      timeline.begin(at, at & 7, 'queued', at);
      timeline.leave('slice');
    });
    const extensionNs = noteNs((at) => timeline.extend(at));
    const exitNs = noteNs((at) => trail.add(at, at & 7, 0, EXIT_INDEX.sbi, 'base'));
    const ms = runMs();
    const notedMs = (slices * sliceNs + extensions * extensionNs + exits * exitNs) / 1e6;
    say(
      `${slices} slices of ${sliceNs.toFixed(1)} ns, ${extensions} extensions of ${extensionNs.toFixed(1)} ns, ` +
        `${exits} exits of ${exitNs.toFixed(1)} ns: ${notedMs.toFixed(2)} of ${ms.toFixed(0)} ms`,
    );
    return [
      {
        name: 'noting slices and exits, of the time of its host',
        value: rounded((notedMs / ms) * 100),
      },
    ];
  },
};
