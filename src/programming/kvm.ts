/** One host of a running lab, as programs drive it: commands and questions by their names, and refusals thrown. */
import type { LabError, Result } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import type { Command } from '#hypervisor/commands';
import type { AnswerOf, ArgumentsOf, QuestionId } from '#hypervisor/questions';
import type { Timed } from '#hypervisor/questions/question';

/** A running lab, wherever it runs: the page's behind its worker, or one in this process. */
export interface LabPort {
  /** Carries a command out, and answers when it is done. */
  command(host: number, command: Command): Promise<Result<unknown>>;
  ask<Id extends QuestionId>(
    host: number,
    id: Id,
    args: ArgumentsOf<Id>,
  ): Promise<Result<Timed<AnswerOf<Id>>>>;
  /** Lets so much virtual time pass on all hosts. */
  pass(span: VirtualNs): Promise<Result<unknown>>;
  /** The sentence for an error, in the reader's language. */
  describe(error: LabError): string;
}

/** What a host has refused; `error` is what it said, `message` its sentence. */
export class Refused extends Error {
  readonly error: LabError;

  constructor(error: LabError, sentence: string) {
    super(sentence);
    this.name = 'Refused';
    this.error = error;
  }
}

type CommandNamed<Op extends Command['op']> = Extract<Command, { readonly op: Op }>;

/** What the article calls KVM: the way to the hypervisor of one host. */
export class Kvm {
  readonly #lab: LabPort;
  readonly #host: number;

  /** @param host its index in the lab */
  constructor(lab: LabPort, host = 0) {
    this.#lab = lab;
    this.#host = host;
  }

  /** Gives a command to the host, which the lab logs as it does those of persons. @throws {Refused} */
  async command<Op extends Command['op']>(op: Op, args: CommandNamed<Op>['args']): Promise<void> {
    this.#value(await this.#lab.command(this.#host, { op, args } as unknown as Command));
  }

  /** Asks the host; to ask changes nothing. @throws {Refused} */
  async ask<Id extends QuestionId>(id: Id, args: ArgumentsOf<Id>): Promise<AnswerOf<Id>> {
    return this.#value(await this.#lab.ask(this.#host, id, args)).value;
  }

  /** Lets so much virtual time pass. @throws {Refused} */
  async pass(span: VirtualNs): Promise<void> {
    this.#value(await this.#lab.pass(span));
  }

  #value<T>(result: Result<T>): T {
    if (result.ok) return result.value;
    throw new Refused(result.error, this.#lab.describe(result.error));
  }
}
