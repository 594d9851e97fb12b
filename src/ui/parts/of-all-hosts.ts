/** One question to all hosts of a lab. */
import { ok, type Result } from '#base/result';
import type { LabClient } from '#bridge/client/client';
import type { AnswerOf, ArgumentsOf, QuestionId, Timed } from '#bridge/protocol/answers';

/** What each of so many hosts answers, or why one of them does not; true when the last has answered. */
export async function ofAllHosts<Id extends QuestionId>(
  client: LabClient,
  hosts: number,
  id: Id,
  args: ArgumentsOf<Id>,
): Promise<Result<Timed<readonly AnswerOf<Id>[]>>> {
  const all: AnswerOf<Id>[] = [];
  let at = 0;
  for (let host = 0; host < hosts; host++) {
    const answer = await client.ask(host, id, args);
    if (!answer.ok) return answer;
    at = answer.value.at;
    all.push(answer.value.value);
  }
  return ok({ at, value: all });
}
