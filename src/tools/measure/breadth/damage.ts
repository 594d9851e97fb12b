/** Damage of a host's snapshot (R12): each damaged file is refused whole, or means exactly what the undamaged one meant. */

import { randomNumbers } from '#base/fixtures/random-numbers';
import { engineModule } from '#cli/engine';
import { GuestFiles } from '#cli/guest-files';
import { Host, type HostEnvironment } from '#hypervisor/host';
import { LocalHost } from '#hypervisor/local-host';
import { Lab } from '#lab/lab';
import { builtinScenario } from '#lab/scenarios/builtin';
import { softwareResolver } from '#lab/software';
import type { FigureGroup } from '../figure.ts';

const DAMAGES = 10_000;
const WARM_NS = 200_000_000;

export const DAMAGE: FigureGroup = {
  id: 'damage',
  async measure({ say }) {
    const scenario = builtinScenario('first-visit', { linux: false });
    if (scenario === undefined) throw new Error('there is no first visit');
    const files = new GuestFiles('.');
    const loaded = files.load(scenario.hosts.flatMap(({ vms }) => vms));
    if (!loaded.ok) throw new Error(loaded.error.code);
    const engine = engineModule();
    const environment: HostEnvironment = { software: softwareResolver(files), shared: false };
    const lab = await Lab.create(scenario, LocalHost.maker(engine, environment));
    await lab.advance(WARM_NS);
    const [host] = lab.hosts;
    if (host === undefined) throw new Error('a lab without hosts');
    const file = await host.snapshot();
    const hash = await host.hash();
    const random = randomNumbers(1);
    let wrong = 0;
    for (let n = 0; n < DAMAGES; n++) {
      const at = random(file.length * 8);
      const bytes = n % 4 === 0 ? file.slice(0, at >> 3) : file.slice();
      if (n % 4 !== 0) bytes[at >> 3] = bytes[at >> 3]! ^ (1 << (at & 7));
      const result = Host.restore(engine, bytes, environment);
      if (result.ok && result.value.hash() !== hash) wrong += 1;
      if (n % 1000 === 999) say(`${n + 1} of ${DAMAGES} damaged files`);
    }
    return [
      { name: 'damaged snapshots of a host', value: DAMAGES },
      { name: 'damaged snapshots taken for whole', value: wrong },
    ];
  },
};
