/** All examples, in the order of the table of what is wanted: things that are added, then those that are there. */
import type { Example, PresentExample } from './example.ts';
import { COMMAND } from './examples/command.ts';
import { DEVICE } from './examples/device.ts';
import { EXIT_REASON } from './examples/exit-reason.ts';
import { METRIC } from './examples/metric.ts';
import { PAGE_STATE } from './examples/page-state.ts';
import { PORT_STAGE } from './examples/port-stage.ts';
import { QUESTION } from './examples/question.ts';
import { SCHEDULER } from './examples/scheduler.ts';
import { VIEW } from './examples/view.ts';
import { WORKER_HOSTS } from './examples/worker-hosts.ts';

export const EXAMPLES: readonly Example[] = [
  ...[DEVICE, PAGE_STATE, METRIC, SCHEDULER],
  ...[COMMAND, QUESTION, VIEW, PORT_STAGE, EXIT_REASON],
];

export const PRESENT_EXAMPLES: readonly PresentExample[] = [WORKER_HOSTS];
