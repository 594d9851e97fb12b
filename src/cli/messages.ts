/** How the command line speaks: its language is chosen once, at the start; then errors and texts are sentences of it. */
import { type ErrorData, fail, type LabError, ok, type Result } from '#base/result';
import { LANGUAGES, type Language, languageFor, languageOf } from '#base/texts/languages';
import { TEXTS } from '#base/texts/tables';
import { filled, sentenceOf, type Texts } from '#base/texts/texts';
import { CLI_TEXTS, type CliTexts } from './texts.ts';

let language: Language = 'en';

/** The environment's variables for the language, the most important first (POSIX, 8.2). */
const VARIABLES = ['LC_ALL', 'LC_MESSAGES', 'LANG'] as const;

/** Takes `--lang` off the arguments; without it the environment says which language it is. */
export function chooseLanguage(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Result<readonly string[]> {
  const set = VARIABLES.map((name) => environment[name] ?? '').find((value) => value !== '');
  language = languageFor([set ?? '']);
  const [first = '', second = '', ...rest] = args;
  if (!/^--lang(?:=|$)/.test(first)) return ok(args);
  const given = first === '--lang' ? second : first.slice('--lang='.length);
  const chosen = languageOf(given);
  if (chosen === undefined)
    return fail('option.choice', { option: 'lang', choices: LANGUAGES.join(', '), text: given });
  language = chosen;
  return ok(first === '--lang' ? rest : args.slice(1));
}

/** Words that every layer shares: states and the like. */
export function words(): Texts {
  return TEXTS[language];
}

/** A text of the command line, filled. */
export function say(key: Exclude<keyof CliTexts, 'columns' | 'figures'>, data: ErrorData = {}): string {
  return filled(CLI_TEXTS[language][key], data);
}

/** A text that comes in every language. */
export function inLanguage(text: Readonly<Record<Language, string>>): string {
  return text[language];
}

/** Heads of columns. */
export function columnTitles(): CliTexts['columns'] {
  return CLI_TEXTS[language].columns;
}

/** What figures of VMs are called. */
export function figureTitles(): CliTexts['figures'] {
  return CLI_TEXTS[language].figures;
}

/** One sentence for an error; a code without a sentence shows itself with its data. */
export function describe(error: LabError): string {
  return sentenceOf(words(), error);
}
