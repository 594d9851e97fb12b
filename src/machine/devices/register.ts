/**
 * A device register as data: what tests iterate over, what reference pages and tooltips render. Behaviour is the
 * device's.
 */
export interface RegisterRow {
  /** Offset of the register, or of the first of an array. */
  readonly offset: number;
  readonly name: string;
  readonly access: 'r' | 'w' | 'rw';
  /** Distance of the elements of an array. */
  readonly stride?: number;
  readonly text: string;
}
