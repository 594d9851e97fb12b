/** A device register as data: what the page shows of a device, and what tests iterate over. Behaviour is the device's. */

/** A part of a register, by its name in the specification. */
export interface RegisterField {
  readonly name: string;
  /** Its lowest bit, and how many bits it has: one unless said. */
  readonly bit: number;
  readonly width?: number;
}

export interface RegisterRow {
  /** Offset of the register, or of the first of an array. */
  readonly offset: number;
  readonly name: string;
  readonly access: 'r' | 'w' | 'rw';
  /** Bytes of the register: 4 unless said. */
  readonly bytes?: number;
  /** Distance of the elements of an array, and how many there are. */
  readonly stride?: number;
  readonly count?: number;
  readonly fields?: readonly RegisterField[];
  /** Where it is specified. */
  readonly section: string;
  /** What it is for. */
  readonly text: { readonly en: string; readonly zh: string };
}

/** Fields of one bit each, from bit `from` on. */
export function bits(names: readonly string[], from = 0): readonly RegisterField[] {
  return names.map((name, at) => ({ name, bit: from + at }));
}

/** What a field holds in a value of its register. */
export function fieldValue({ bit, width = 1 }: RegisterField, value: number): number {
  return Math.floor(value / 2 ** bit) % 2 ** width;
}
