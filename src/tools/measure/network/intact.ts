/** Whether a stream between two Linux guests arrives as it was sent, where frames are lost, doubled and overtaken on both ways. */
import { NS_PER_MS } from '#base/virtual-time';
import type { Figure, FigureGroup } from '../figure.ts';
import { bootLan, portOf, streamSoftware, summedStream } from './lan.ts';

const MIB = 16;
const WORSE = {
  netem: {
    ...{ delayNs: NS_PER_MS, jitterNs: NS_PER_MS / 4, inOrder: false },
    ...{ lossPercent: 1, duplicatePercent: 1, reorderPercent: 2 },
  },
};

export const INTACT: FigureGroup = {
  id: 'intact',
  measure({ say }) {
    const software = streamSoftware();
    let lost = 0;
    let broken = 0;
    for (const offload of [true, false]) {
      const host = bootLan(software, { from: { port: WORSE, offload }, to: { port: WORSE, offload } });
      const [sent, received] = summedStream(host, MIB);
      if (sent !== received || sent === '') broken += 1;
      const counted = ['from', 'to'].map(
        (vm) => portOf(host, vm).stages.find(({ id }) => id === 'netem')?.counters ?? {},
      );
      lost += counted.reduce((sum, { lost: each = 0 }) => sum + each, 0);
      say(
        `${MIB} MiB${offload ? '' : ' without offload'}: sums ${sent} and ${received}; ${JSON.stringify(counted)}`,
      );
    }
    const figures: Figure[] = [
      { name: 'intact: streams of which another sum came than went', value: broken },
      { name: 'intact: frames that were lost on the way', value: lost },
    ];
    return Promise.resolve(figures);
  },
};
