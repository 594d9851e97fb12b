/** The page's lab, as programs drive it that a person writes in the browser's console: `await virtualizers()`. */
import type { LabClient } from '#bridge/client/client';
import { type Programming, programmingOf } from '#programming/virtualizers';
import { errorSentence } from './parts/error-text.tsx';

export function programs(client: LabClient): Programming {
  return programmingOf({
    command: (host, command) => client.calls.command(host, command),
    ask: (host, id, args) => client.ask(host, id, args),
    // At full speed; the lab pauses there.
    pass: (span) => client.runTo(client.status().virtualNs + span, () => undefined),
    describe: errorSentence,
  });
}
