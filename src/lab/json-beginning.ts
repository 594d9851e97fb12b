/**
 * Whether a text may be the beginning of a JSON document as `JSON.stringify` writes them, without white space. Bytes that were
 * damaged on their way still inflate to something, which is made of the document's own characters, but hardly ever follows its grammar.
 */

/** What may come next. */
type Expected = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end';

/** A string (RFC 8259, §7), whole, or as far as the text goes. */
const STRING =
  /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-f]{4}))*(?:"|(?:\\(?:u[0-9a-f]{0,3})?)?$)/iuy;
/** A field of a document of ours, or a name of a host, a node, a port or a site, by which something is kept there; an address is none. */
const KEY = /"(?!\d+\.[\d.]*")[A-Za-z0-9][\w./:-]*(?:"|$)|"$/y;
/** A number (§6): as far as the text goes, or whole. */
const NUMBER = /-?(?:(?:0|[1-9]\d*)(?:\.|(?:\.\d+)?e[+-]?))?$|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?/iy;
const WORDS = ['true', 'false', 'null'] as const;

/** True for a document up to any of its characters, and for a whole one with nothing behind it. */
export function isJsonBeginning(text: string): boolean {
  /** Of each array and object that is open, what closes it. */
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = 0;
  const skip = (token: RegExp): boolean => {
    token.lastIndex = at;
    const found = token.exec(text)?.[0] ?? '';
    at += found.length;
    return found !== '';
  };
  const skipWord = (): boolean => {
    const word = WORDS.find((each) => each[0] === text[at]);
    const isThere = word?.startsWith(text.slice(at, at + word.length)) === true;
    if (isThere) at += word.length;
    return isThere;
  };
  while (at < text.length) {
    const character = text[at]!;
    if (expected === 'comma-or-end' && open.length === 0) return false;
    if (expected.endsWith('-or-end') && character === open.at(-1)) {
      open.pop();
      at++;
      expected = 'comma-or-end';
    } else if (expected === 'comma-or-end') {
      if (character !== ',') return false;
      at++;
      expected = open.at(-1) === '}' ? 'key' : 'value';
    } else if (expected === 'colon') {
      if (character !== ':') return false;
      at++;
      expected = 'value';
    } else if (expected === 'key' || expected === 'key-or-end') {
      if (!skip(KEY)) return false;
      expected = 'colon';
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? '}' : ']');
      at++;
      expected = character === '{' ? 'key-or-end' : 'value-or-end';
    } else {
      if (!(character === '"' ? skip(STRING) : skipWord() || skip(NUMBER))) return false;
      expected = 'comma-or-end';
    }
  }
  return true;
}
