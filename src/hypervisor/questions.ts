/** The questions that hosts answer: what is derived from their definitions is derived here. */
import { fail, ok, type Result } from '#base/result';
import type { Host } from './host.ts';
import type * as ALL from './questions/all.ts';
import type { Question, Timed } from './questions/question.ts';
import { parseShape } from './shapes/parse.ts';

type AnyQuestion = (typeof ALL)[keyof typeof ALL];
/** The name of a question. */
export type QuestionId = AnyQuestion['id'];
type QuestionOf<Id> = Extract<AnyQuestion, { readonly id: Id }>;
/** What a question takes. */
export type ArgumentsOf<Id extends QuestionId> =
  QuestionOf<Id> extends Question<Id, infer Args, infer _> ? Args : never;
/** What a question is answered with. */
export type AnswerOf<Id extends QuestionId> =
  QuestionOf<Id> extends Question<Id, infer _, infer Answer> ? Answer : never;

/** The answer of a host, with the virtual time at which it was true. Names and arguments come from anywhere. */
export function askHost(
  question: Question | undefined,
  host: Host,
  id: string,
  args: unknown,
): Result<Timed<unknown>> {
  if (question === undefined) return fail('no-such-question', { id });
  const checked = parseShape(question.shape, args);
  if (!checked.ok) return checked;
  const answer = question.ask(checked.value, host);
  return answer.ok ? ok({ at: host.now, value: answer.value }) : answer;
}
