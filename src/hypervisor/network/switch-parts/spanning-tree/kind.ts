/** The spanning tree's row of the table of parts: what a scenario may say of one, and what it counts. */
import * as v from 'valibot';
import { Later } from '#base/later';
import type { Together } from '#machine/kind';
import { defineSwitchPart, type SwitchPartKind } from '../switch-part.ts';
import { TREE_COUNTERS } from './counters.ts';

const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

const SETTINGS = {
  /** Of the bridge, before its address: the least becomes the root. Its lower twelve bits are the system's (802.1D-2004, 9.2.5). */
  priority: v.optional(v.pipe(whole(0, 61_440), v.multipleOf(4096)), 32_768),
  /** The bounds of 802.1D-2004, table 17-1. */
  helloSeconds: v.optional(whole(1, 10), 2),
  maxAgeSeconds: v.optional(whole(6, 40), 20),
  forwardDelaySeconds: v.optional(whole(4, 30), 15),
  /** What becomes of a BPDU from a port at which no switch hangs: the port is shut, the frame ends, or it is heard as any other. */
  guard: v.optional(v.picklist(['shut', 'drop', 'off']), 'shut'),
  /** By name of the port. */
  ports: v.optional(
    v.pipe(
      v.record(
        v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
        v.strictObject({
          priority: v.exactOptional(v.pipe(whole(0, 240), v.multipleOf(16))),
          /** Of the way over it; by its speed unless said (802.1D-2004, table 17-3). */
          cost: v.exactOptional(whole(1, 200_000_000)),
          /** No bridge is behind it: it forwards at once. Unless said, where a card or an appliance hangs. */
          edge: v.exactOptional(v.boolean()),
        }),
      ),
      v.maxEntries(64),
    ),
    {},
  ),
};

/** Information lives long enough to be heard again, and a port waits until all that is old is gone (802.1D-2004, 17.14). */
const TOGETHER: Together = v.check((settings) => {
  const { helloSeconds, maxAgeSeconds, forwardDelaySeconds } = v.parse(v.object(SETTINGS), settings);
  return 2 * (forwardDelaySeconds - 1) >= maxAgeSeconds && maxAgeSeconds >= 2 * (helloSeconds + 1);
}, 'scenario.treeTimes');

const CODE = new Later(() => import('./tree.ts'));

export const SPANNING_TREE: SwitchPartKind = defineSwitchPart({
  ...{ id: 'spanningTree', settings: SETTINGS, together: TOGETHER, counters: TREE_COUNTERS },
  later: { code: CODE, words: ['spanningTree'] },
  // Known with its code, which comes before any state is read.
  get state() {
    return CODE.isHere ? CODE.here.TREE_STATE : undefined;
  },
  create: (settings, self, counters) => new CODE.here.SpanningTree(settings, self, counters),
});
