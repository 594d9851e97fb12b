/** A lab of the page against the same one without a page; where they differ, the test says in which fields, and keeps both. */
import { rowsAsText } from '../src/base/state/diff.ts';
import { engineModule } from '../src/cli/engine.ts';
import { REGISTRIES } from '../src/hypervisor/registries.ts';
import { hasher } from '../src/hypervisor/snapshot/hasher.ts';
import { labDifferences } from '../src/lab/checkpoints/lab-difference.ts';
import { readLabFile, writeLabFile } from '../src/lab/checkpoints/lab-file.ts';
import type { Lab } from '../src/lab/lab.ts';
import { expect, test } from './fixtures.ts';
import { labOfLink } from './headless-lab.ts';
import { hashesOf, type Place } from './lab-page.ts';

/** Expects of a lab that stands at a virtual time that the run which its link tells of has the same hashes on Node, in one thread. */
export async function expectSameOnNode(place: Place, fragment: string, virtualNs: number): Promise<void> {
  const found = await hashesOf(place);
  expect(found.at, 'the lab stands where it is compared').toBe(virtualNs);
  const { lab } = await labOfLink(fragment, virtualNs);
  const expected = await lab.hashes();
  const why = expected.join() === found.hosts.join() ? '' : await whereTheyDiffer(place, lab);
  expect(found.hosts, `on Node, in one thread; ${why}`).toEqual(expected);
}

async function whereTheyDiffer(place: Place, lab: Lab): Promise<string> {
  const tools = { hash: hasher(engineModule()), pause: async () => undefined };
  const ofPage = Uint8Array.from(
    await place.evaluate(async () => {
      const saved = await globalThis.virtlab.calls.saveLab();
      if (!saved.ok) throw new Error(saved.error.code);
      return [...saved.value];
    }),
  );
  const taken = await lab.checkpoint([]);
  const written = taken === undefined ? undefined : await writeLabFile(taken, tools);
  if (written?.ok !== true) return 'the lab on Node could not be saved';
  const images = [];
  for (const [name, bytes] of Object.entries({ 'of-the-page': ofPage, 'on-node': written.value })) {
    await test.info().attach(name, { body: Buffer.from(bytes), contentType: 'application/octet-stream' });
    images.push(await readLabFile(bytes, tools));
  }
  const [a, b] = images;
  if (a?.ok !== true || b?.ok !== true) return 'what was saved could not be read';
  const rows = labDifferences(a.value, b.value, REGISTRIES, { most: 40 });
  return rows.ok ? `they differ:\n${rowsAsText(rows.value)}` : rows.error.code;
}
