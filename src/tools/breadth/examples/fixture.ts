/** Text of a file that the tests of registries have too (`hypervisor/fixtures/extension`), for another place in the tree. */
import { readFileSync } from 'node:fs';

const FOLDER = new URL('../../../hypervisor/fixtures/extension/', import.meta.url);

/** @param moved beginnings of imports, and what they are where the file goes */
export function fixture(name: string, moved: Readonly<Record<string, string>> = {}): string {
  let text = readFileSync(new URL(name, FOLDER), 'utf8');
  for (const [from, to] of Object.entries(moved)) text = text.replaceAll(from, to);
  return text;
}
