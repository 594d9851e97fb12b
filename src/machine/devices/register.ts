/** A device register as data: what the page shows of a device, and what tests iterate over. Behaviour is the device's. */
export interface RegisterRow {
  /** Offset of the register, or of the first of an array. */
  readonly offset: number;
  readonly name: string;
  readonly access: 'r' | 'w' | 'rw';
  /** Distance of the elements of an array. */
  readonly stride?: number;
  /** What it is for. */
  readonly text: { readonly en: string; readonly zh: string };
}
