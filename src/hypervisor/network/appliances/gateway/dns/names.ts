/** Answers questions about names from lists of them: addresses of names (A, AAAA), and names of addresses (PTR). */
import { type Address, formatAddress, isIpv6 } from '../wire/address.ts';
import {
  type DnsQuestion,
  type DnsRecord,
  nameBytes,
  OUTCOME,
  RECORD,
  readQuestion,
  writeAnswer,
  writeRefusal,
} from './message.ts';

export interface NamedStation {
  /** In full, in lower case. */
  readonly name: string;
  readonly addresses: readonly Address[];
}

/** What a question was answered with. */
export interface DnsReply {
  readonly answer: Uint8Array;
  readonly outcome: number;
  /** What was asked: nothing of a question that was refused. */
  readonly name: string;
  readonly type: number;
  readonly addresses: readonly Address[];
}

/** What a name server says to a message; nothing to what is no question. */
export function answerTo(
  message: Uint8Array,
  stations: () => Iterable<NamedStation>,
  isAuthority = false,
): DnsReply | undefined {
  const question = readQuestion(message);
  if (question === undefined) return undefined;
  if ('refusal' in question) {
    const { id, refusal } = question;
    return { answer: writeRefusal(id, refusal), outcome: refusal, name: '', type: 0, addresses: [] };
  }
  const records = recordsFor(question, stations());
  const outcome = records === undefined ? OUTCOME.noSuchName : OUTCOME.fine;
  const answer = writeAnswer(question, outcome, records ?? [], isAuthority);
  const addresses = (records ?? []).flatMap(({ type, data }) => (type === RECORD.ptr ? [] : [data]));
  return { answer, outcome, name: question.name, type: question.type, addresses };
}

/** `undefined`: there is no such name. */
function recordsFor(
  { name, type }: DnsQuestion,
  stations: Iterable<NamedStation>,
): readonly DnsRecord[] | undefined {
  const isReverse = name.endsWith('.arpa');
  for (const station of stations) {
    if (station.name === name)
      return station.addresses
        .map((address): DnsRecord => ({ type: isIpv6(address) ? RECORD.aaaa : RECORD.a, data: address }))
        .filter((record) => type === record.type || type === RECORD.any);
    if (isReverse && station.addresses.some((address) => reverseName(address) === name))
      return type === RECORD.ptr || type === RECORD.any
        ? [{ type: RECORD.ptr, data: nameBytes(station.name) }]
        : [];
  }
  return undefined;
}

/** `2.0.0.10.in-addr.arpa`; each digit of an address of IPv6 in `ip6.arpa`. */
function reverseName(address: Address): string {
  if (!isIpv6(address)) return `${formatAddress(address.toReversed())}.in-addr.arpa`;
  const digits = Array.from(address, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${[...digits].reverse().join('.')}.ip6.arpa`;
}
