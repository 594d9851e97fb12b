/** The command line: finds the command, runs it, prints an error as one sentence. */
import type { LabError, Result } from '#base/result';
import { ask } from './ask.ts';
import { bare } from './bare.ts';
import { capture } from './capture.ts';
import { compare } from './compare.ts';
import { diff } from './diff.ts';
import { disk } from './disk.ts';
import { doCommand } from './do.ts';
import { IS_HOST_THREAD } from './host-thread.ts';
import { labs } from './labs.ts';
import { chooseLanguage, describe, say } from './messages.ts';
import { overhead } from './overhead.ts';
import { policies } from './policies.ts';
import { program } from './program.ts';
import { resume } from './resume.ts';
import { run } from './run.ts';
import { save } from './save.ts';
import { screenshot } from './screenshot.ts';
import { suspend } from './suspend.ts';
import { vm } from './vm.ts';

const print = (text: string): void => {
  process.stderr.write(text);
};

const COMMANDS: Readonly<
  Record<
    string,
    (args: readonly string[], print: (text: string) => void) => Result<number> | Promise<Result<number>>
  >
> = {
  ask,
  bare,
  capture,
  compare,
  diff,
  disk,
  do: doCommand,
  labs,
  overhead,
  policies,
  program,
  resume,
  run,
  save,
  screenshot,
  suspend,
  vm,
};

/** 2: the command could not be carried out. */
const EXIT_USAGE = 2;

async function main(): Promise<number> {
  const chosen = chooseLanguage(process.argv.slice(2), process.env);
  if (!chosen.ok) {
    printError(chosen.error);
    return EXIT_USAGE;
  }
  const [name = '', ...args] = chosen.value;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    print(say('usage'));
    return name === '--help' || name === 'help' ? 0 : EXIT_USAGE;
  }
  let result: Result<number>;
  try {
    result = await command(args, print);
  } catch (error) {
    // parseArgs throws on unknown options; anything else is our own mistake and keeps its stack.
    if (!(error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')))
      throw error;
    // Its first sentence says what is wrong, the next what shells think of dashes.
    print(`virtlab: ${error.message.split('. ')[0]}\n`);
    return EXIT_USAGE;
  }
  if (result.ok) return result.value;
  printError(result.error);
  return EXIT_USAGE;
}

function printError(error: LabError): void {
  print(`virtlab: ${describe(error)}\n`);
}

if (!IS_HOST_THREAD) process.exitCode = await main();
