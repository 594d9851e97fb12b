/** One port of a switch: what waits there, for how long frames waited lately, and how its stages are set. */
import { fail, ok } from '#base/result';
import type { PortSettings } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import { PORT_PATH } from '../../commands/port-set.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { NAME } from '../../shapes/values.ts';
import { DELAY_SPAN_NS, type DelaySpan } from '../delay-history.ts';

interface Of {
  readonly switch: string;
  /** As commands call it: `vm/0`. */
  readonly port: string;
}

export interface PortTraffic {
  /** Frames that stages hold, and that are on the wire or wait in order for it. */
  readonly held: number;
  readonly queued: number;
  /** How long each of the spans is, and those in which something left: the oldest first, the last may not be over yet. */
  readonly spanNs: VirtualNs;
  readonly spans: readonly DelaySpan[];
  readonly settings: PortSettings;
}

export const port: Question<'port', Of, PortTraffic> = defineQuestion({
  id: 'port',
  text: {
    en: 'a port of a switch: frames that wait, how long they waited lately, settings of its stages',
    zh: '交换机的一个端口：等待的帧、近期的排队时延、各级的设置',
  },
  arguments: { switch: NAME, port: PORT_PATH },
  ask({ switch: at, port: name }, host) {
    const found = host.network.plugged(at, name)?.plug;
    const there = found?.switch?.ports.find(({ index }) => index === found.port);
    if (there === undefined) return fail('network.noPort', { switch: at, port: name });
    const queued = there.queue.length;
    return ok({
      ...{ queued, held: there.queued - queued, spanNs: DELAY_SPAN_NS },
      ...{ spans: there.delays().filter(({ frames }) => frames > 0), settings: there.settings },
    });
  },
});
