/** What a capture of a host has kept, read page by page as it grows; the rows of the page are its own, and bounded. */
import { type RefObject, useEffect, useRef, useState } from 'react';
import { Conversations } from '#base/packets/conversations/conversations';
import type { LabError } from '#base/result';
import type { CapturePage } from '#bridge/protocol/answers';
import { useAnswer, useClient } from '../../../parts/lab.tsx';
import { MOST_ROWS, type PacketRow, rowOf } from './packet-rows.ts';

const EVERY_MS = 500;

export interface LiveCapture {
  readonly rows: readonly PacketRow[];
  /** The last answer, for what it says of the ring. */
  readonly page: CapturePage | null;
  readonly error: LabError | null;
  /** Forgets the rows that are here; what comes from now on is shown. */
  readonly clear: () => void;
}

export function useLiveCapture(
  host: number,
  name: string | undefined,
  card: RefObject<HTMLElement | null>,
): LiveCapture {
  const client = useClient();
  const [rows, setRows] = useState<readonly PacketRow[]>([]);
  const next = useRef(1);
  const conversations = useRef(new Conversations());
  const { value, error, ask } = useAnswer(
    name === undefined ? null : () => client.ask(host, 'capture', { name, from: next.current }),
    EVERY_MS,
    [host, name],
    { card },
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another capture begins anew
  useEffect(() => {
    next.current = 1;
    conversations.current = new Conversations();
    setRows([]);
  }, [host, name]);
  useEffect(() => {
    if (value === null || value.settings.name !== name) return;
    if (value.next < next.current) {
      // The lab went back, or was opened again: the ring is another one.
      next.current = value.frames.length === 0 ? 1 : next.current;
      conversations.current = new Conversations();
      setRows([]);
      ask();
      return;
    }
    const fresh = value.frames.filter(({ serial }) => serial >= next.current);
    next.current = value.next;
    if (fresh.length > 0) {
      const rowsOfFresh = fresh.map((seen) => rowOf(seen, conversations.current));
      setRows((last) => [...last, ...rowsOfFresh].slice(-MOST_ROWS));
    }
    // There is more than one answer holds.
    if (value.next <= value.kept + value.lost) ask();
  }, [value, name, ask]);
  return { rows, page: value?.settings.name === name ? value : null, error, clear: () => setRows([]) };
}
