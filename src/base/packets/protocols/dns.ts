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
    ['dns.length', 0, 0, 'number', 'bytes of the message', '报文长度', '§4.2.2'],
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
    ['dns.soa.mname', 0, 0, 'text', 'first name server', '主域名服务器', '§3.3.13'],
    ['dns.soa.rname', 0, 0, 'text', 'who is responsible', '负责人邮箱', '§3.3.13'],
    ['dns.soa.serial_number', 0, 0, 'number', 'version of the zone', '区域序列号', '§3.3.13'],
    ['dns.soa.refresh_interval', 0, 0, 'number', 'looked at again after, in s', '刷新间隔（秒）', '§3.3.13'],
    ['dns.soa.retry_interval', 0, 0, 'number', 'tried again after, in s', '重试间隔（秒）', '§3.3.13'],
    ['dns.soa.expire_limit', 0, 0, 'number', 'worth nothing after, in s', '过期时限（秒）', '§3.3.13'],
    [
      'dns.soa.minimum_ttl',
      0,
      0,
      'number',
      'what is not there is kept for, in s',
      '否定缓存时间（秒）',
      'RFC 2308 §4',
    ],
    ['dns.srv.service', 0, 0, 'text', 'service', '服务', 'RFC 2782'],
    ['dns.srv.proto', 0, 0, 'text', 'spoken over', '传输协议', 'RFC 2782'],
    ['dns.srv.name', 0, 0, 'text', 'domain', '域名', 'RFC 2782'],
    ['dns.srv.priority', 0, 0, 'number', 'priority', '优先级', 'RFC 2782'],
    ['dns.srv.weight', 0, 0, 'number', 'weight', '权重', 'RFC 2782'],
    ['dns.srv.port', 0, 0, 'number', 'port', '端口', 'RFC 2782'],
    ['dns.srv.target', 0, 0, 'text', 'who serves it', '提供服务的主机', 'RFC 2782'],
    ['dns.txt.length', 0, 0, 'number', 'bytes of the text', '文本长度', '§3.3.14'],
    ['dns.txt', 0, 0, 'text', 'text', '文本', '§3.3.14'],
  ]),
  dissect(layer) {
    // Over a stream its length stands before each message, and the next one follows (§4.2.2).
    if (layer.below?.protocol.id !== 'tcp') return message(layer);
    const length = layer.u16(0);
    // A part of a message, or the rest of one that began in another segment: it is not put together.
    if (length < HEADER || !layer.has(2, length)) return { protocol: 'data', at: 0 };
    layer.put('dns.length', 0, 2);
    layer.begin(2);
    layer.end = layer.start + length;
    message(layer);
    return { protocol: 'dns', at: length, isBehind: true };
  },
  summary(layer) {
    const name = String(layer.value('dns.qry.name') ?? '');
    const type = TYPES[layer.number('dns.qry.type') as keyof typeof TYPES] ?? '';
    if (layer.number('dns.flags.response') === 0) return `${type} ${name}?`;
    const code = CODES[layer.number('dns.flags.rcode') as keyof typeof CODES] ?? 'error';
    return code === 'no error' ? `${type} ${name}: ${layer.u16(6)}` : `${type} ${name}: ${code}`;
  },
};

function message(layer: Layer): undefined {
  const isAnswer = layer.u8(2) >= 0x80;
  if (!layer.fixed(0, isAnswer ? DNS.rows : QUESTION_ROWS)) return undefined;
  let at: number | undefined = HEADER;
  const questions = layer.u16(4);
  for (let count = 0; count < Math.min(questions, MOST_RECORDS) && at !== undefined; count++)
    at = question(layer, at);
  const records = layer.u16(6) + layer.u16(8) + layer.u16(10);
  for (let count = 0; count < Math.min(records, MOST_RECORDS) && at !== undefined; count++)
    at = record(layer, at);
  return undefined;
}

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
      owner(layer, at, end - at, type, name.text);
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

/** Whose record it is; of a service its own name stands apart from what it is and what it is spoken over (RFC 2782). */
function owner(layer: Layer, at: number, length: number, type: number, text: string): void {
  const [service, proto, ...rest] = text.split('.');
  if (type !== 33 || proto?.startsWith('_') !== true)
    return void layer.put('dns.resp.name', at, length, text);
  layer.put('dns.srv.service', at, length, service!);
  layer.put('dns.srv.proto', at, length, proto);
  layer.put('dns.srv.name', at, length, rest.join('.'));
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
  } else if (type === 6) soa(layer, at, at + length);
  else if (type === 33 && length > 6) {
    for (const [index, field] of ['priority', 'weight', 'port'].entries())
      layer.put(`dns.srv.${field}`, at + 2 * index, 2);
    named('dns.srv.target', at + 6);
  } else if (type === 16)
    for (
      let text = at;
      text < at + length && text + layer.u8(text) < at + length;
      text += layer.u8(text) + 1
    ) {
      layer.put('dns.txt.length', text, 1);
      layer.put('dns.txt', text + 1, layer.u8(text));
    }
}

/** The beginning of a zone: two names, and five numbers. */
function soa(layer: Layer, at: number, end: number): void {
  const server = nameAt(layer, at);
  const person = server === undefined ? undefined : nameAt(layer, server.end);
  if (server === undefined || person === undefined || person.end + 20 > end) return void layer.malformed();
  layer.put('dns.soa.mname', at, server.end - at, server.text);
  layer.put('dns.soa.rname', server.end, person.end - server.end, person.text);
  const numbers = ['serial_number', 'refresh_interval', 'retry_interval', 'expire_limit', 'minimum_ttl'];
  for (const [index, field] of numbers.entries()) layer.put(`dns.soa.${field}`, person.end + 4 * index, 4);
}
