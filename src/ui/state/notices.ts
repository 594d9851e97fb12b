/** Messages to the person, newest last. Errors and warnings stay until they are dismissed; the rest goes by itself. */

import { create } from 'zustand';
import type { LabError } from '#base/result';
import { failureOf } from '#bridge/client/worker-client';

export interface Notice {
  readonly serial: number;
  readonly kind: 'info' | 'success' | 'warning' | 'error';
  /** Key of the text and what fills it; for an error: its code. */
  readonly key: string;
  readonly data: Readonly<Record<string, string | number>>;
  /** How often the same came in a row. */
  readonly times: number;
  readonly action?: NoticeAction;
}

/** What a person can do about it. */
export interface NoticeAction {
  /** Key of its text. */
  readonly key: string;
  readonly run: () => void;
}

interface Notices {
  readonly list: readonly Notice[];
}

const SHOWN = 4;
const STAY_MS = 5000;
/** There is something to decide. */
const STAY_WITH_ACTION_MS = 20_000;
let serial = 0;

export const useNotices = create<Notices>()(() => ({ list: [] }));

function add(kind: Notice['kind'], key: string, data: Notice['data'], action?: NoticeAction): void {
  const { list } = useNotices.getState();
  const same = list.find(
    (notice) => notice.key === key && JSON.stringify(notice.data) === JSON.stringify(data),
  );
  const times = (same?.times ?? 0) + 1;
  const notice: Notice = { serial: ++serial, kind, key, data, times, ...(action && { action }) };
  useNotices.setState({ list: [...list.filter((other) => other !== same), notice].slice(-SHOWN) });
  const stayMs = action === undefined ? STAY_MS : STAY_WITH_ACTION_MS;
  if (kind === 'info' || kind === 'success') setTimeout(() => dismiss(notice.serial), stayMs);
}

export function dismiss(which: number): void {
  useNotices.setState((state) => ({ list: state.list.filter((notice) => notice.serial !== which) }));
}

/** Says something that went well or is worth knowing; a warning, something that stays as it is until somebody does something. */
export function tell(
  key: string,
  data: Notice['data'] = {},
  kind: Exclude<Notice['kind'], 'error'> = 'success',
): void {
  add(kind, key, data);
}

/** Says something that the person may want to do something about. */
export function offer(key: string, data: Notice['data'], action: NoticeAction): void {
  add('info', key, data, action);
}

/** Shows an error value, perhaps with what can be done about it. */
export function tellError(error: LabError, action?: NoticeAction): void {
  const data = { ...error.data, ...(error.where === undefined ? {} : { where: error.where }) };
  add('error', error.code, data, action);
}

/** Shows what a rejected promise carries; for `.catch`. */
export function tellFailure(error: unknown): void {
  tellError(failureOf(error).error);
}
