/** What an agent says of itself and of its guest: lines of a word and a value. Lines that mean nothing here are left out. */

/** What an agent says of itself. */
export interface AgentSelf {
  readonly system: string;
  readonly can: readonly string[];
}

export interface AgentAddress {
  readonly card: string;
  readonly address: string;
}

/** What an agent says of its guest; what it does not say is not there. */
export interface AgentFacts {
  readonly totalBytes?: number;
  readonly freeBytes?: number;
  readonly availableBytes?: number;
  /** Share of the last ten seconds in which somebody waited for memory, in percent. */
  readonly pressurePercent?: number;
  readonly load?: number;
  readonly addresses: readonly AgentAddress[];
}

const MOST_LINES = 32;
const KIB = 1024;
const ADDRESS = /^([a-z][a-z0-9]{0,14}) (\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2})$/;

function linesOf(text: string): readonly (readonly [word: string, value: string])[] {
  return text
    .split('\n', MOST_LINES)
    .map((line) => /^(\S+) (.*)$/.exec(line))
    .filter((found) => found !== null)
    .map(([, word = '', value = '']) => [word, value] as const);
}

export function selfIn(text: string): AgentSelf {
  const found = new Map(linesOf(text));
  return { system: (found.get('system') ?? '').slice(0, 32), can: (found.get('can') ?? '').split(' ') };
}

/** A number that is not negative; nothing else is one. */
function number(value: string | undefined, unit: number): number | undefined {
  return value !== undefined && /^\d{1,12}(?:\.\d{1,3})?$/.test(value) ? Number(value) * unit : undefined;
}

export function factsIn(text: string): AgentFacts {
  const lines = linesOf(text);
  const found = new Map(lines);
  const numbers = {
    totalBytes: number(found.get('memory.total'), KIB),
    freeBytes: number(found.get('memory.free'), KIB),
    availableBytes: number(found.get('memory.available'), KIB),
    pressurePercent: number(found.get('memory.pressure'), 1),
    load: number(found.get('load'), 1),
  };
  const addresses = lines
    .filter(([word]) => word === 'address')
    .map(([, value]) => ADDRESS.exec(value))
    .filter((match) => match !== null)
    .map(([, card = '', address = '']) => ({ card, address }));
  const said = Object.entries(numbers).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(said), addresses };
}
