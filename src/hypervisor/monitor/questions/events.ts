/** What happened on a host, from its log. */
import * as v from 'valibot';
import { ok } from '#base/result';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { COUNT } from '../../shapes/values.ts';
import type { HostEvent } from '../event-log.ts';

interface Args {
  /** The serial number of the last event that is known; all that are kept unless said. */
  readonly since?: number;
}

export const events: Question<'events', Args, readonly HostEvent[]> = defineQuestion<
  'events',
  Args,
  readonly HostEvent[]
>({
  id: 'events',
  text: {
    en: 'the last thousand events of the host, the oldest first',
    zh: '主机最近一千个事件，旧的在前',
  },
  arguments: { since: v.exactOptional(COUNT) },
  ask: ({ since = 0 }, host) => ok(host.log.since(since)),
});
