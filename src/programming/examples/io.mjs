/**
 * A VM that runs is given a disk, which may move a megabyte a second; the physical disk serves by shares from then on.
 *
 *   virtlab program src/programming/examples/io.mjs first-visit
 *
 * @param {import('../virtualizers.ts').Programming} virtlab
 */
export default async function io({ IOVirtualizer, lab }) {
  const io = new IOVirtualizer(lab);
  const gpa = await io.map_device('teach-1', 'disk');
  const type = await io.allocate_device('teach-1', 'disk', { bytesPerSecond: 1 << 20 });
  await io.kvm.pass(200_000_000);
  const simulated = await io.simulate_device('teach-1', 'disk');
  await io.optimize_device();
  const devices = await io.monitor_device();
  return {
    ...{ gpa, type },
    registers: simulated?.registers.filter(({ reads }) => reads > 0).map(({ name }) => name),
    disk: devices.find(({ vm, address }) => vm === 'teach-1' && address === gpa),
  };
}
