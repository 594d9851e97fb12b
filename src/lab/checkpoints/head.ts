/** The first record of a kept lab: who writes it, and what a list of labs shows without opening each. */
import { SnapshotFormatError } from '#base/state/bytes';
import { decode, encode } from '#base/state/codec';
import { type Declaration, declare } from '#base/state/declare';
import { integer, text } from '#base/state/types';

/** A kept lab, in short. */
export interface Head {
  /** Counts writers: one who finds another number than it wrote has lost the lab to somebody else. */
  readonly writer: number;
  /** Number of the newest checkpoint that there ever was. */
  readonly newest: number;
  /** Wall time of the newest checkpoint, in milliseconds since 1970; 0: there is none. */
  readonly takenAtMs: number;
  /** What all records take. */
  readonly bytes: number;
  readonly title: string;
}

const HEAD: Declaration<Head> = declare('kept lab', {
  writer: integer,
  newest: integer,
  takenAtMs: integer,
  bytes: integer,
  title: text(1024),
});

const NONE: Head = { writer: 0, newest: 0, takenAtMs: 0, bytes: 0, title: '' };

/** Name of the record. */
export function headKey(key: string): string {
  return `lab/${key}/head`;
}
export function writeHead(head: Head): Uint8Array {
  return encode(HEAD, head);
}
/** One that is damaged counts as none: its writer begins anew. */
export function readHead(bytes: Uint8Array | undefined): Head {
  if (bytes === undefined) return NONE;
  try {
    return decode(HEAD, bytes);
  } catch (error) {
    if (error instanceof SnapshotFormatError) return NONE;
    throw error;
  }
}
