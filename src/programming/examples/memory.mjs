/**
 * A VM is given memory, a part of it is taken back, its first page may not be executed, and equal pages are joined.
 *
 *   virtlab program src/programming/examples/memory.mjs first-visit
 *
 * @param {import('../virtualizers.ts').Programming} virtlab
 */
export default async function memory({ MemoryVirtualizer, lab }) {
  const memory = new MemoryVirtualizer(lab);
  const gpa = await memory.map_memory('mine', 16 << 20);
  await memory.kvm.pass(300_000_000);
  const usable = await memory.allocate_memory('mine', 12 << 20);
  const { protected: ranges } = await memory.protect_memory('mine', { gpa, bytes: 4096, rights: 'rw' });
  await memory.optimize_memory();
  await memory.kvm.pass(500_000_000);
  const indicators = await memory.monitor_memory();
  return { gpa, usable, ranges, mine: indicators.find(({ vm }) => vm === 'mine') };
}
