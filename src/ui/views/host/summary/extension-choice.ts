/** What becomes of a choice of extensions when one is taken or left out: some come with others, and stay as long as these do. */
import type { AnswerOf } from '#bridge/protocol/answers';

type Row = Pick<AnswerOf<'extensions'>['rows'][number], 'name' | 'needs'>;

export interface Choice {
  readonly names: readonly string[];
  /** Why the last wish was not met. */
  readonly refused?: { readonly name: string; readonly by: string };
}

/** The choice after a click on one of them. */
export function toggled(rows: readonly Row[], chosen: readonly string[], name: string): Choice {
  const inOrder = (wanted: readonly string[]): readonly string[] =>
    rows.map((row) => row.name).filter((each) => wanted.includes(each));
  if (!chosen.includes(name)) {
    const needs = rows.find((row) => row.name === name)?.needs ?? [];
    return { names: inOrder([...chosen, name, ...needs]) };
  }
  const needing = rows.find((row) => chosen.includes(row.name) && row.needs.includes(name));
  if (needing !== undefined) return { names: chosen, refused: { name, by: needing.name } };
  return { names: chosen.filter((each) => each !== name) };
}
