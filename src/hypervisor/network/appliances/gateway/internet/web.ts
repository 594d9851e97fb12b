/** The web server: HTTP/1.1, GET and HEAD, one request after the other on a connection (RFC 9112). */

import type { Talk, TcpServer } from '../tcp/server.ts';
import { formatAddress } from '../wire/address.ts';
import { FILES } from './files.ts';
import { pageAt, type WebPage } from './pages.ts';

/** Requests whose answers wait to be sent. */
const MOST_ANSWERS = 4;
const LEAST_ROOM = 8192;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

const REASONS = {
  200: 'OK',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  431: 'Request Header Fields Too Large',
  505: 'HTTP Version Not Supported',
} as const;
type Status = keyof typeof REASONS;

interface Request {
  readonly method: string;
  readonly path: string;
  readonly staysOpen: boolean;
}

/** What a page says beside its body. */
const USUAL_TYPE = 'text/plain; charset=utf-8';

/** The server at a name. */
export function webServer(name: string): TcpServer {
  return {
    heard: (talk) => {
      for (let answers = 0; answers < MOST_ANSWERS; answers++) {
        if (talk.isClosed || talk.room < LEAST_ROOM) return;
        const end = headEnd(talk.inbox);
        if (end === undefined) return;
        if (end === 'tooLong') {
          answer(talk, 431, { staysOpen: false });
          return;
        }
        const request = readRequest(decoder.decode(talk.take(end)));
        if (typeof request === 'number') answer(talk, request, { staysOpen: false });
        else serve(talk, name, request);
      }
    },
  };
}

/** A head is whole with an empty line; one that fills the inbox never will be. */
const MOST_HEAD = 4096;
function headEnd(inbox: Uint8Array): number | undefined | 'tooLong' {
  const most = Math.min(inbox.length, MOST_HEAD);
  for (let at = 3; at < most; at++)
    if (inbox[at] === 10 && inbox[at - 1] === 13 && inbox[at - 2] === 10 && inbox[at - 3] === 13)
      return at + 1;
  // Some write lines by hand, with no carriage return.
  for (let at = 1; at < most; at++) if (inbox[at] === 10 && inbox[at - 1] === 10) return at + 1;
  return inbox.length >= MOST_HEAD ? 'tooLong' : undefined;
}

function readRequest(head: string): Request | Status {
  const [line = '', ...fields] = head.split(/\r?\n/);
  const [method = '', target = '', version = '', ...rest] = line.split(' ');
  if (rest.length > 0 || !/^[A-Z]+$/.test(method) || target === '') return 400;
  const isNew = version === 'HTTP/1.1';
  if (!isNew && version !== 'HTTP/1.0') return version.startsWith('HTTP/') ? 505 : 400;
  const fieldNamed = (name: string): string | undefined =>
    fields
      .find((field) => field.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  if (isNew && fieldNamed('host') === undefined) return 400;
  // A body would be taken for the next request.
  if (fieldNamed('content-length') !== undefined || fieldNamed('transfer-encoding') !== undefined) return 400;
  const path = target.replace(/^http:\/\/[^/]*/i, '').replace(/[?#].*$/, '') || '/';
  const wish = fieldNamed('connection')?.toLowerCase();
  return { method, path, staysOpen: isNew ? wish !== 'close' : wish === 'keep-alive' };
}

function serve(talk: Talk, name: string, { method, path, staysOpen }: Request): void {
  const isHead = method === 'HEAD';
  if (!isHead && method !== 'GET') {
    answer(talk, 405, { staysOpen, fields: ['Allow: GET, HEAD'] });
    return;
  }
  const file = FILES.findIndex((each) => path === `/files/${each.name}`);
  if (file >= 0) {
    const { bytes } = FILES[file]!;
    head(talk, 200, { type: 'application/octet-stream', bytes, staysOpen });
    if (!isHead) talk.writeFile(file);
    if (!staysOpen) talk.close();
    return;
  }
  const page = pageAt(path, { name, visitor: `${formatAddress(talk.remote.address)} ${talk.remote.port}` });
  answer(talk, page === undefined ? 404 : 200, {
    staysOpen,
    isHead,
    ...(page === undefined ? {} : { page }),
  });
}

interface AnswerParts {
  readonly staysOpen: boolean;
  readonly isHead?: boolean;
  readonly page?: WebPage;
  readonly fields?: readonly string[];
}

function answer(talk: Talk, status: Status, { staysOpen, isHead, page, fields }: AnswerParts): void {
  const body = encoder.encode(page?.body ?? `${status} ${REASONS[status]}\n`);
  head(talk, status, {
    ...{ type: page?.type ?? USUAL_TYPE, bytes: body.length, staysOpen },
    ...(fields === undefined ? {} : { fields }),
  });
  if (isHead !== true) talk.write(body);
  if (!staysOpen) talk.close();
}

interface HeadParts {
  readonly type: string;
  readonly bytes: number;
  readonly staysOpen: boolean;
  readonly fields?: readonly string[];
}

function head(talk: Talk, status: Status, { type, bytes, staysOpen, fields = [] }: HeadParts): void {
  const lines = [
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    'Server: virtlab',
    `Content-Type: ${type}`,
    `Content-Length: ${bytes}`,
    `Connection: ${staysOpen ? 'keep-alive' : 'close'}`,
    ...fields,
  ];
  talk.write(encoder.encode(`${lines.join('\r\n')}\r\n\r\n`));
}
