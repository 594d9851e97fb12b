/** Requests and answers of the web, version 1: one message, or what of it stands in one segment. */
import type { Layer } from '../layer.ts';
import { type Protocol, rows } from '../protocol.ts';
import { HTTP_METHODS, saidLength, saysChunked, withoutChunks } from './http-framing.ts';

const MOST_LINES = 64;
/** Headers that have fields of their own. */
const HEADERS: Readonly<Record<string, string>> = {
  host: 'http.host',
  'user-agent': 'http.user_agent',
  accept: 'http.accept',
  connection: 'http.connection',
  'content-type': 'http.content_type',
  'content-length': 'http.content_length_header',
  server: 'http.server',
  location: 'http.location',
  date: 'http.date',
  'transfer-encoding': 'http.transfer_encoding',
};
const METHODS: ReadonlySet<string> = new Set(HTTP_METHODS);
const CR = 13;
const LF = 10;
const SPACE = 32;

export const HTTP: Protocol = {
  id: 'http',
  title: { en: 'HTTP', zh: 'HTTP' },
  rows: rows('RFC 9112', [
    ['http.request', 0, 0, 'flag', 'is a request', '是请求', '§2.1', { made: true }],
    ['http.response', 0, 0, 'flag', 'is an answer', '是应答', '§2.1', { made: true }],
    ['http.request.line', 0, 0, 'text', 'header of the request', '请求首部行', '§2.1'],
    ['http.request.method', 0, 0, 'text', 'method', '方法', '§3.1'],
    ['http.request.uri', 0, 0, 'text', 'what is asked for', '请求目标', '§3.2'],
    ['http.request.version', 0, 0, 'text', 'version', '版本', '§2.3'],
    ['http.response.line', 0, 0, 'text', 'header of the answer', '应答首部行', '§2.1'],
    ['http.response.version', 0, 0, 'text', 'version', '版本', '§2.3'],
    ['http.response.code', 0, 0, 'number', 'result', '状态码', '§4'],
    ['http.response.phrase', 0, 0, 'text', 'result in words', '状态短语', '§4'],
    ['http.host', 0, 0, 'text', 'host that is asked', '主机', 'RFC 9110 §7.2'],
    ['http.user_agent', 0, 0, 'text', 'who asks', '用户代理', 'RFC 9110 §10.1.5'],
    ['http.accept', 0, 0, 'text', 'what is taken', '接受的类型', 'RFC 9110 §12.5.1'],
    ['http.connection', 0, 0, 'text', 'what becomes of the connection', '连接', 'RFC 9110 §7.6.1'],
    ['http.content_type', 0, 0, 'text', 'type of the content', '内容类型', 'RFC 9110 §8.3'],
    ['http.content_length_header', 0, 0, 'text', 'bytes of the content', '内容长度', 'RFC 9110 §8.6'],
    [
      'http.content_length',
      0,
      0,
      'number',
      'bytes of the content',
      '内容字节数',
      'RFC 9110 §8.6',
      { made: true },
    ],
    ['http.server', 0, 0, 'text', 'who answers', '服务器', 'RFC 9110 §10.2.4'],
    ['http.location', 0, 0, 'text', 'where it is', '位置', 'RFC 9110 §10.2.2'],
    ['http.date', 0, 0, 'text', 'date', '日期', 'RFC 9110 §6.6.1'],
    ['http.transfer_encoding', 0, 0, 'text', 'encoding of the transfer', '传输编码', '§6.1'],
    ['http.file_data', 0, 0, 'bytes', 'content', '内容', '§6'],
  ]),
  dissect(layer) {
    const first = lineAt(layer, 0);
    const isRequest = first !== undefined && startRequest(layer, first.length);
    // The middle of a content looks like anything.
    if (first === undefined || (!isRequest && !startResponse(layer, first.length)))
      return { protocol: 'data', at: 0 };
    let at = first.next;
    for (let count = 0; count < MOST_LINES; count++) {
      const line = lineAt(layer, at);
      if (line === undefined) return undefined;
      if (line.length === 0) {
        content(layer, line.next);
        return undefined;
      }
      header(layer, at, line, isRequest);
      at = line.next;
    }
    return undefined;
  },
  summary(layer) {
    const method = layer.value('http.request.method');
    if (method !== undefined) return `${String(method)} ${String(layer.value('http.request.uri') ?? '')}`;
    if (layer.value('http.response.code') === undefined) return `${layer.length} bytes`;
    return `${layer.number('http.response.code')} ${String(layer.value('http.response.phrase') ?? '')}`;
  },
};

/** What stands behind the header; pieces of it are put together. */
function content(layer: Layer, at: number): void {
  const rest = layer.length - at;
  if (rest <= 0) return;
  if (!saysChunked(String(layer.value('http.transfer_encoding') ?? ''))) {
    layer.put('http.file_data', at, rest);
    return;
  }
  const whole = withoutChunks(layer.slice(at, rest));
  if (whole.length > 0) layer.put('http.file_data', at, rest, whole);
}

interface Line {
  /** Without its end. */
  readonly length: number;
  readonly next: number;
}

function lineAt(layer: Layer, at: number): Line | undefined {
  for (let end = at; end < layer.length; end++)
    if (layer.u8(end) === LF)
      return { length: end - at - (end > at && layer.u8(end - 1) === CR ? 1 : 0), next: end + 1 };
  return undefined;
}

const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 64));

/** Where two spaces part the first line. */
function spaces(layer: Layer, length: number): readonly [number, number] {
  let first = 0;
  while (first < length && layer.u8(first) !== SPACE) first += 1;
  let second = first + 1;
  while (second < length && layer.u8(second) !== SPACE) second += 1;
  return [first, Math.min(second, length)];
}

function startRequest(layer: Layer, length: number): boolean {
  const [first, second] = spaces(layer, length);
  if (!METHODS.has(ascii(layer.slice(0, first))) || second + 1 > length) return false;
  layer.put('http.request', 0, 0, 1);
  layer.put('http.request.method', 0, first);
  layer.put('http.request.uri', first + 1, second - first - 1);
  if (second < length) layer.put('http.request.version', second + 1, length - second - 1);
  return true;
}

function startResponse(layer: Layer, length: number): boolean {
  if (ascii(layer.slice(0, 5)) !== 'HTTP/') return false;
  const [first, second] = spaces(layer, length);
  const code = ascii(layer.slice(first + 1, Math.max(0, second - first - 1)));
  if (!/^\d{3}$/.test(code)) return false;
  layer.put('http.response', 0, 0, 1);
  layer.put('http.response.version', 0, first);
  layer.put('http.response.code', first + 1, 3, Number(code));
  if (second + 1 < length) layer.put('http.response.phrase', second + 1, length - second - 1);
  return true;
}

function header(layer: Layer, at: number, line: Line, isRequest: boolean): void {
  const whole = textAt(layer, at, line.length);
  layer.put(isRequest ? 'http.request.line' : 'http.response.line', at, line.next - at, whole);
  let colon = 0;
  while (colon < Math.min(line.length, 64) && layer.u8(at + colon) !== 0x3a) colon += 1;
  const name = HEADERS[ascii(layer.slice(at, colon)).toLowerCase()];
  if (name === undefined) return;
  let value = colon + 1;
  while (value < line.length && layer.u8(at + value) === SPACE) value += 1;
  // Its bytes are the line's, as in Wireshark; its value is what stands behind the colon.
  const text = textAt(layer, at + value, line.length - value);
  layer.group(
    name,
    at,
    line.next - at,
    () => {
      const length = name === 'http.content_length_header' ? saidLength(text) : undefined;
      if (length !== undefined) layer.put('http.content_length', 0, 0, length);
    },
    text,
  );
}

function textAt(layer: Layer, at: number, length: number): string {
  return new TextDecoder()
    .decode(layer.slice(at, Math.min(512, Math.max(0, length))))
    .replace(/\p{Cc}/gu, '\ufffd');
}
