/** A program that a person writes in the browser's console drives the lab of the page by the virtualizer classes. */
import type { Programming } from '../src/programming/virtualizers.ts';
import { expect, test } from './fixtures.ts';
import { ask, open } from './lab-page.ts';
import { WITHOUT_LINUX } from './labs.ts';

test('the virtualizers of the console part a VM from the others, read its counters, and say what is refused', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}${WITHOUT_LINUX}`);
  const said = await page.evaluate(async () => {
    const { virtualizers } = globalThis as unknown as { virtualizers: () => Promise<Programming> };
    const { NetworkVirtualizer, MemoryVirtualizer, lab } = await virtualizers();
    const network = new NetworkVirtualizer(lab);
    await network.isolate_network('teach-1');
    await network.kvm.pass(50_000_000);
    const cards = await network.monitor_network();
    const refused = await new MemoryVirtualizer(lab).allocate_memory('nobody', 4 << 20).catch(String);
    return { cards, refused };
  });
  expect(said.refused).toContain('nobody');
  // What the page's own client says of the same port.
  const [lan] = await ask(page, 'switches', {});
  const port = lan?.ports.find(({ vm }) => vm === 'teach-1');
  expect(port?.settings['private']).toMatchObject({ role: 'isolated' });
  const card = said.cards.find(({ vm }) => vm === 'teach-1');
  expect([card?.mac, card?.sentFrames]).toEqual([port?.mac, port?.rxFrames]);
});
