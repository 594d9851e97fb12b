/** The words of a display filter, with their places. */
import { fail, ok, type Result } from '../result.ts';

export interface Token {
  readonly kind: 'field' | 'value' | 'quoted' | 'sign';
  readonly text: string;
  readonly at: number;
}

const SPACE = /\s*/y;
/** With `r` in front, what stands there is meant as it stands. */
const QUOTED = /(r?)"((?:[^"\\]|\\.)*)"/y;
const SIGN = /&&|\|\||[=!]==|[=!<>]=|\.\.|[!<>(){}[\],~&]/y;
/** Addresses and bytes too: whatever holds no sign. A colon alone parts a slice. */
const WORD = /[A-Za-z0-9_:](?:[A-Za-z0-9_:/-]|\.(?!\.))*/y;
const IN_SLICE = /\d+|[:\-\]]/y;
const FIELD = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*$/;

function at(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(text);
}

export function tokensOf(text: string): Result<readonly Token[]> {
  const tokens: Token[] = [];
  let isSlice = false;
  for (let from = 0; ; ) {
    from += at(SPACE, text, from)?.[0].length ?? 0;
    if (from >= text.length) return ok(tokens);
    const quoted = at(QUOTED, text, from);
    const sign = quoted === null ? at(isSlice ? IN_SLICE : SIGN, text, from) : null;
    const word = quoted === null && sign === null ? at(WORD, text, from) : null;
    if (quoted !== null)
      tokens.push({ kind: 'quoted', text: quoted[1] === 'r' ? quoted[2]! : unescaped(quoted[2]!), at: from });
    else if (sign !== null)
      tokens.push({ kind: /^\d/.test(sign[0]) ? 'value' : 'sign', text: sign[0], at: from });
    else if (word !== null)
      tokens.push({ kind: FIELD.test(word[0]) ? 'field' : 'value', text: word[0], at: from });
    else
      return fail(text[from] === '"' ? 'filter.openQuote' : 'filter.unexpected', {
        found: text[from]!,
        at: from,
      });
    const found = (quoted ?? sign ?? word)!;
    if (found[0] === '[') isSlice = true;
    if (found[0] === ']') isSlice = false;
    from += found[0].length;
  }
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign === 'r' ? '\r' : sign));
}
