/**
 * A VM is given a second card, its ports get 10 Mbit/s each, and it no longer reaches those who are parted from it.
 *
 *   virtlab program src/programming/examples/network.mjs first-visit
 *
 * @param {import('../virtualizers.ts').Programming} virtlab
 */
export default async function network({ NetworkVirtualizer, lab }) {
  const network = new NetworkVirtualizer(lab);
  const mac = await network.map_network('teach-1');
  const limited = await network.allocate_network('teach-1', 10_000_000);
  await network.isolate_network('teach-1');
  await network.optimize_network();
  await network.kvm.pass(200_000_000);
  const cards = await network.monitor_network();
  return { mac, limited, cards: cards.filter(({ vm }) => vm === 'teach-1') };
}
