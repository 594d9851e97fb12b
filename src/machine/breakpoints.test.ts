/** Random programs with breakpoints at random places agree with the interpreter without any. */
import { expect, test } from 'vitest';
import { MOST_BREAKPOINTS } from './breakpoints.ts';
import { EXIT_BREAK, type Hart } from './hart.ts';
import { Pair } from './translator/fixtures/pair.ts';
import { structuredProgram, tangledProgram } from './translator/fixtures/programs.ts';
import { Random } from './translator/fixtures/random.ts';
import { MODES, worldFor } from './translator/fixtures/worlds.ts';

const GUEST_MODES = MODES.filter((mode) => mode === 'VS' || mode === 'VU');
const NS_PER_INSTRUCTION = 10;
const MOST_STOPS = 200;

/** Runs the machine with breakpoints up to a time, and gives how often it stopped. */
function runBroken(pair: Pair, untilNs: number, places: ReadonlySet<string>): number {
  const hart = pair.on.harts[0] as Hart;
  for (let stops = 0; stops < MOST_STOPS; stops++) {
    if (hart.run(untilNs) !== EXIT_BREAK) return stops;
    expect(places.has(`${hart.pcHi} ${hart.pcLo}`)).toBe(true);
    pair.on.breakpoints.pass();
  }
  pair.on.breakpoints.set([]);
  while (hart.now < untilNs) hart.run(untilNs);
  return MOST_STOPS;
}

test.each(GUEST_MODES)('random programs in %s-mode', (mode) => {
  let stops = 0;
  let translated = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const random = new Random(seed);
    const program = random.oneIn(3) ? tangledProgram(random, mode) : structuredProgram(random, mode);
    const pair = new Pair(worldFor(mode, program, seed, {}).setUp);
    const hart = pair.on.harts[0] as Hart;
    for (let slice = 0; slice < 20; slice++) {
      // Where it was a moment ago it comes again.
      const places: [number, number][] = [];
      for (let n = 0; n < MOST_BREAKPOINTS; n++) {
        pair.run(random.between(1, 100));
        places.push([hart.pcLo, hart.pcHi]);
      }
      const vmid = (hart.csrHi('hgatp') >>> 12) & 0x3fff;
      const count = random.between(1, MOST_BREAKPOINTS);
      const chosen = places.slice(0, count);
      pair.on.breakpoints.set(chosen.map(([lo, hi]) => ({ lo, hi, vmid })));
      pair.on.breakpoints.pass();
      const until = hart.now + random.between(100, 20_000) * NS_PER_INSTRUCTION;
      stops += runBroken(pair, until, new Set(chosen.map(([lo, hi]) => `${hi} ${lo}`)));
      while ((pair.off.harts[0] as Hart).now < until) (pair.off.harts[0] as Hart).run(until);
      pair.check();
      pair.on.breakpoints.set([]);
    }
    pair.checkSaved();
    translated += pair.work.translated;
  }
  // Or nothing was tested.
  expect(stops).toBeGreaterThan(1000);
  expect(translated).toBeGreaterThan(10_000);
});
