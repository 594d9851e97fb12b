/**
 * What the tables of texts hold, and how a sentence is made of one. A row of the catalogue without its text in both languages
 * does not compile.
 */

import type { DeviceFault, DeviceStateId } from '../catalogue/device-states.ts';
import type { ErrorCode } from '../catalogue/error-codes.ts';
import type { EventCode } from '../catalogue/event-codes.ts';
import type { ExitDetailId, ExitReasonId } from '../catalogue/exit-reasons.ts';
import type { FileFormatId, FileKind } from '../catalogue/file-formats.ts';
import type { FrameStateId } from '../catalogue/frame-states.ts';
import type { MetricId } from '../catalogue/metrics.ts';
import type { PageStateId } from '../catalogue/page-states.ts';
import type { SeenVcpuState } from '../catalogue/vcpu-states.ts';
import type { VmState } from '../catalogue/vm-life-cycle.ts';
import type { ErrorData, LabError } from '../result.ts';

/** A text for each of some ids; `{{name}}` is filled from data. */
type TextsOf<Id extends string> = Readonly<Record<Id, string>>;

export interface Texts {
  readonly state: TextsOf<VmState>;
  readonly vcpu: TextsOf<SeenVcpuState>;
  readonly frameState: TextsOf<FrameStateId>;
  readonly pageState: TextsOf<PageStateId>;
  readonly metric: TextsOf<MetricId>;
  /** Where the number comes from. */
  readonly metricSource: TextsOf<MetricId>;
  readonly exit: TextsOf<ExitReasonId>;
  /** What happens then. */
  readonly exitMeaning: TextsOf<ExitReasonId>;
  /** What happened, inside of a reason. */
  readonly exitDetail: TextsOf<ExitDetailId>;
  readonly deviceState: TextsOf<DeviceStateId>;
  /** Why a device needs a reset. */
  readonly deviceFault: TextsOf<DeviceFault>;
  /** What a file is, with its article. */
  readonly fileFormat: TextsOf<FileFormatId>;
  /** What to do with a file of a kind, or that nothing here takes it. */
  readonly fileAdvice: TextsOf<FileKind | 'none'>;
  readonly error: TextsOf<ErrorCode>;
  readonly event: TextsOf<EventCode>;
  /** How two states differ where they do. */
  readonly difference: TextsOf<
    | 'against'
    | 'bytes'
    | 'count'
    | 'elements'
    | 'lengths'
    | 'more'
    | 'moreBelow'
    | 'onlyFirst'
    | 'onlySecond'
    | 'page'
    | 'pages'
    | 'present'
  >;
  /** An error that says where it is: `sentence`, `where`. */
  readonly errorAt: string;
  /** A code that has no sentence, from a file or a newer virtlab: `code`, `detail`. */
  readonly errorUnknown: string;
}

/** Those that may come later than the others. */
export type LaterTexts = Pick<
  Texts,
  'error' | 'exitMeaning' | 'exitDetail' | 'deviceState' | 'deviceFault' | 'fileFormat' | 'fileAdvice'
>;
/** What sentences are made of: where the later ones have not come, what they would say is told by its code. */
export type SaidTexts = Omit<Texts, keyof LaterTexts> & {
  readonly [Table in keyof LaterTexts]: Partial<LaterTexts[Table]>;
};

/** A text with its places filled. */
export function filled(text: string, data: ErrorData): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(data[name] ?? ''));
}

/** An entry of a table by an id that may be none of its. */
function entry(table: Readonly<Partial<Record<string, string>>>, id: string): string | undefined {
  return Object.hasOwn(table, id) ? table[id] : undefined;
}

/** Data with the words of what it names by ids. */
function withWords(texts: SaidTexts, data: ErrorData): ErrorData {
  const tables = {
    state: texts.state,
    format: texts.fileFormat,
    advice: texts.fileAdvice,
    saved: texts.fileFormat,
    wanted: texts.fileFormat,
    savedOther: texts.fileFormat,
  };
  const words: Record<string, string> = {};
  for (const [name, table] of Object.entries(tables)) {
    const id = data[name];
    const text = typeof id === 'string' ? entry(table, id) : undefined;
    if (text !== undefined) words[name] = text;
  }
  return { ...data, ...words };
}

/** The sentence of an error or event. */
export function sentenceOf(texts: SaidTexts, { code, data, where = '' }: LabError): string {
  const named = withWords(texts, data);
  const text = entry(texts.error, code) ?? entry(texts.event, code);
  const sentence =
    text === undefined
      ? filled(texts.errorUnknown, { code, detail: JSON.stringify(data) })
      : filled(text, named);
  return where === '' ? sentence : filled(texts.errorAt, { sentence, where });
}
