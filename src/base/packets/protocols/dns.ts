/** Names and what they stand for (RFC 1035). A name may go on elsewhere in the message: pointers are followed so often, and only backwards. */
import type { Layer } from '../layer.ts';
import { type Protocol, rows } from '../protocol.ts';
import { utf8At } from '../values.ts';

const HEADER = 12;
const MOST_RECORDS = 64;
const MOST_LABELS = 128;
const TYPES = {
  ...{
    1: 'A',
    2: 'NS',
    5: 'CNAME',
    6: 'SOA',
    12: 'PTR',
    15: 'MX',
    16: 'TXT',
    28: 'AAAA',
    33: 'SRV',
    41: 'OPT',
  },
  255: 'ANY',
};
const CLASSES = { 1: 'IN', 255: 'ANY' };
const CODES = {
  0: 'no error',
  1: 'bad format',
  2: 'server failure',
  3: 'no such name',
  4: 'not implemented',
  5: 'refused',
};
const IN_FLAGS = { within: 'dns.flags' } as const;

export const DNS: Protocol = {
  id: 'dns',
  title: { en: 'DNS', zh: 'DNS' },
  rows: rows('RFC 1035', [
    ['dns.id', 0, 16, 'hex', 'number of the question', '标识', '§4.1.1'],
    ['dns.flags', 16, 16, 'hex', 'flags', '标志', '§4.1.1'],
    ['dns.flags.response', 16, 1, 'flag', 'is an answer', '是应答', '§4.1.1', IN_FLAGS],
    ['dns.flags.opcode', 17, 4, 'number', 'kind of question', '操作码', '§4.1.1', IN_FLAGS],
    ['dns.flags.authoritative', 21, 1, 'flag', 'by who decides on the name', '权威应答', '§4.1.1', IN_FLAGS],
    ['dns.flags.truncated', 22, 1, 'flag', 'cut short', '被截断', '§4.1.1', IN_FLAGS],
    ['dns.flags.recdesired', 23, 1, 'flag', 'others are to be asked', '请求递归', '§4.1.1', IN_FLAGS],
    ['dns.flags.recavail', 24, 1, 'flag', 'others can be asked', '可递归', '§4.1.1', IN_FLAGS],
    ['dns.flags.rcode', 28, 4, 'number', 'result', '应答码', '§4.1.1', { ...IN_FLAGS, values: CODES }],
    ['dns.count.queries', 32, 16, 'number', 'questions', '问题数', '§4.1.1'],
    ['dns.count.answers', 48, 16, 'number', 'answers', '应答数', '§4.1.1'],
    ['dns.count.auth_rr', 64, 16, 'number', 'records of authority', '权威记录数', '§4.1.1'],
    ['dns.count.add_rr', 80, 16, 'number', 'further records', '附加记录数', '§4.1.1'],
    ['dns.qry.name', 0, 0, 'text', 'name that is asked for', '查询的名字', '§4.1.2'],
    ['dns.qry.type', 0, 0, 'number', 'type', '类型', '§4.1.2', { values: TYPES }],
    ['dns.qry.class', 0, 0, 'hex', 'class', '类别', '§4.1.2', { values: CLASSES }],
    ['dns.record', 0, 0, 'group', 'record', '记录', '§4.1.3'],
    ['dns.resp.name', 0, 0, 'text', 'name', '名字', '§4.1.3'],
    ['dns.resp.type', 0, 0, 'number', 'type', '类型', '§4.1.3', { values: TYPES }],
    ['dns.resp.class', 0, 0, 'hex', 'class', '类别', '§4.1.3', { values: CLASSES }],
    ['dns.resp.ttl', 0, 0, 'number', 'to be kept for, in s', '生存时间（秒）', '§4.1.3'],
    ['dns.resp.len', 0, 0, 'number', 'bytes of the record', '数据长度', '§4.1.3'],
    ['dns.a', 0, 0, 'ipv4', 'IPv4 address', 'IPv4 地址', '§3.4.1'],
    ['dns.aaaa', 0, 0, 'ipv6', 'IPv6 address', 'IPv6 地址', 'RFC 3596 §2.2'],
    ['dns.cname', 0, 0, 'text', 'other name', '别名', '§3.3.1'],
    ['dns.ns', 0, 0, 'text', 'name server', '域名服务器', '§3.3.11'],
    ['dns.ptr.domain_name', 0, 0, 'text', 'name of the address', '地址的名字', '§3.3.12'],
    ['dns.mx.preference', 0, 0, 'number', 'preference', '优先级', '§3.3.9'],
    ['dns.mx.mail_exchange', 0, 0, 'text', 'takes the mail', '邮件交换', '§3.3.9'],
    ['dns.txt.length', 0, 0, 'number', 'bytes of the text', '文本长度', '§3.3.14'],
    ['dns.txt', 0, 0, 'text', 'text', '文本', '§3.3.14'],
  ]),
  dissect(layer) {
    const isAnswer = layer.u8(2) >= 0x80;
    if (!layer.fixed(0, isAnswer ? this.rows : QUESTION_ROWS)) return undefined;
    let at: number | undefined = HEADER;
    const questions = layer.u16(4);
    for (let count = 0; count < Math.min(questions, MOST_RECORDS) && at !== undefined; count++)
      at = question(layer, at);
    const records = layer.u16(6) + layer.u16(8) + layer.u16(10);
    for (let count = 0; count < Math.min(records, MOST_RECORDS) && at !== undefined; count++)
      at = record(layer, at);
    return undefined;
  },
  summary(layer) {
    const name = String(layer.value('dns.qry.name') ?? '');
    const type = TYPES[layer.number('dns.qry.type') as keyof typeof TYPES] ?? '';
    if (layer.number('dns.flags.response') === 0) return `${type} ${name}?`;
    const code = CODES[layer.number('dns.flags.rcode') as keyof typeof CODES] ?? 'error';
    return code === 'no error' ? `${type} ${name}: ${layer.u16(6)}` : `${type} ${name}: ${code}`;
  },
};

/** Who answers says these. */
const OF_ANSWERS: readonly string[] = ['authoritative', 'recavail', 'rcode'].map(
  (flag) => `dns.flags.${flag}`,
);
const QUESTION_ROWS = DNS.rows.filter(({ name }) => !OF_ANSWERS.includes(name));

/** A name, and where what follows it begins; nothing where the message contradicts itself. */
function nameAt(layer: Layer, first: number): { readonly text: string; readonly end: number } | undefined {
  const labels: string[] = [];
  let [at, end] = [first, -1];
  for (let count = 0; count < MOST_LABELS; count++) {
    const length = layer.u8(at);
    if (!layer.has(at, 1)) return undefined;
    if (length >= 0xc0) {
      const target = layer.u16(at) & 0x3fff;
      if (!layer.has(at, 2) || target >= at) return undefined;
      if (end < 0) end = at + 2;
      at = target;
    } else if (length >= 0x40 || !layer.has(at + 1, length)) return undefined;
    else if (length === 0) return { text: labels.join('.') || '<Root>', end: end < 0 ? at + 1 : end };
    else {
      labels.push(utf8At(layer.slice(at + 1, length)));
      at += 1 + length;
    }
  }
  return undefined;
}

/** The answer: where what follows begins. */
function question(layer: Layer, at: number): number | undefined {
  const name = nameAt(layer, at);
  if (name === undefined || !layer.has(name.end, 4)) return layer.malformed();
  layer.put('dns.qry.name', at, name.end - at, name.text);
  layer.put('dns.qry.type', name.end, 2);
  layer.put('dns.qry.class', name.end + 2, 2);
  return name.end + 4;
}

function record(layer: Layer, at: number): number | undefined {
  const name = nameAt(layer, at);
  if (name === undefined || !layer.has(name.end, 10)) return layer.malformed();
  const { end } = name;
  const [type, length] = [layer.u16(end), layer.u16(end + 8)];
  if (!layer.has(end + 10, length)) return layer.malformed();
  layer.group(
    ...(['dns.record', at, end + 10 + length - at] as const),
    () => {
      layer.put('dns.resp.name', at, end - at, name.text);
      layer.put('dns.resp.type', end, 2);
      // In this type they are something else (RFC 6891, §6.1.3).
      if (type !== 41) {
        layer.put('dns.resp.class', end + 2, 2);
        layer.put('dns.resp.ttl', end + 4, 4);
      }
      layer.put('dns.resp.len', end + 8, 2);
      content(layer, end + 10, type, length);
    },
    name.text,
  );
  return end + 10 + length;
}

/** What a record holds, of the types that are known. */
function content(layer: Layer, at: number, type: number, length: number): void {
  const named = (field: string, from = at): void => {
    const name = nameAt(layer, from);
    if (name === undefined || name.end > at + length) layer.malformed();
    else layer.put(field, from, name.end - from, name.text);
  };
  if (type === 1 && length === 4) layer.put('dns.a', at, 4);
  else if (type === 28 && length === 16) layer.put('dns.aaaa', at, 16);
  else if (type === 5) named('dns.cname');
  else if (type === 2) named('dns.ns');
  else if (type === 12) named('dns.ptr.domain_name');
  else if (type === 15) {
    layer.put('dns.mx.preference', at, 2);
    named('dns.mx.mail_exchange', at + 2);
  } else if (type === 16 && length > 0 && layer.u8(at) < length) {
    layer.put('dns.txt.length', at, 1);
    layer.put('dns.txt', at + 1, layer.u8(at));
  }
}
