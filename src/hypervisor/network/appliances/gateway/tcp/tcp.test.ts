/** TCP of the built-in internet, seen by a client behind the gateway. */
import { expect, test } from 'vitest';
import { hexDigits, sha256 } from '#base/sha256';
import { Client, S, STATION6, Stand, type Way } from '../fixtures/stand.ts';
import { FILES } from '../internet/files.ts';
import { addressOf } from '../wire/address.ts';
import { MOST_CONNECTIONS, MOST_HALF_OPEN } from './stack.ts';

const WEB = addressOf('198.51.100.80');
const ECHO = addressOf('198.51.100.7');
const get = (path: string, version = '1.0'): string =>
  `GET ${path} HTTP/${version}\r\nHost: www.example.com\r\n\r\n`;

/** Body of an answer. */
function bodyOf(client: Client): Uint8Array {
  const head = client.text.indexOf('\r\n\r\n');
  return client.bytes.subarray(head + 4);
}

test('files are what their digests say', () => {
  for (const { bytes, read, sha256: wanted } of FILES) {
    const whole = new Uint8Array(bytes);
    read(0, whole);
    expect(hexDigits(sha256(whole))).toBe(wanted);
    const part = new Uint8Array(1001);
    read(4321, part);
    expect(part).toEqual(whole.subarray(4321, 5322));
  }
});

test('a page comes, and the connection closes behind it', () => {
  const stand = new Stand();
  const client = new Client(WEB, 80).talk(stand, get('/'));
  expect(client.text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(client.text).toContain('Welcome to www.example.com');
  expect(client.state).toBe('closed');
  stand.run(5 * S);
  expect(stand.view.connections).toEqual([]);
});

test('a file comes whole, by IPv6 too', () => {
  for (const [to, from] of [
    [WEB, addressOf('10.0.0.2')],
    [addressOf('2001:db8:80::80'), STATION6],
  ] as const) {
    const client = new Client(to, 80, { from }).talk(new Stand(), get('/files/small.bin'));
    expect(hexDigits(sha256(bodyOf(client)))).toBe(FILES[0]?.sha256);
  }
});

test('a file comes whole over a way that loses one segment of ten and delivers some late', () => {
  const lossy: Way = (_, place) => place === 0 || place % 10 !== 3;
  const stand = new Stand();
  const client = new Client(WEB, 80).talk(stand, get('/files/small.bin'), { way: lossy, ms: 60_000 });
  expect(hexDigits(sha256(bodyOf(client)))).toBe(FILES[0]?.sha256);
  expect(stand.counters['resent']).toBeGreaterThan(0);
});

test('one lost segment is sent again before its time has run out', () => {
  const stand = new Stand();
  const way: Way = (_, place) => place !== 12;
  const client = new Client(WEB, 80).talk(stand, get('/files/small.bin'), { way });
  expect(bodyOf(client).length).toBe(65_536);
  expect(stand.counters['resent']).toBe(1);
  expect(stand.now).toBeLessThan(0.5 * S);
});

test('no more is underway than the other end takes, and a closed window is probed', () => {
  const stand = new Stand();
  const client = new Client(WEB, 80);
  client.window = 1000;
  let most = 0;
  client.talk(stand, get('/files/small.bin'), {
    ms: 500,
    way: ({ data }) => {
      most = Math.max(most, data.length);
      return true;
    },
  });
  expect(most).toBeLessThanOrEqual(1000);
  client.window = 0;
  client.listen(stand, { ms: 3000 });
  const before = client.bytes.length;
  client.window = 65_535;
  client.listen(stand, { ms: 30_000 });
  expect(client.bytes.length).toBeGreaterThan(before);
  expect(client.state).toBe('closed');
});

test('requests that come together are answered one after the other on one connection', () => {
  const stand = new Stand();
  const client = new Client(WEB, 80).talk(
    stand,
    get('/you', '1.1') + get('/nowhere', '1.1') + get('/you', '1.0'),
  );
  expect(client.text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
  // The server sees the address outside, and a port of it.
  expect(client.text).toContain('192.0.2.1 32768');
});

test('HEAD gives the head alone; other methods, foreign versions and nonsense are refused', () => {
  const answer = (text: string): string => new Client(WEB, 80).talk(new Stand(), text).text;
  const head = answer('HEAD /files/large.bin HTTP/1.0\r\n\r\n');
  expect(head).toContain('Content-Length: 4194304\r\n');
  expect(head.endsWith('\r\n\r\n')).toBe(true);
  expect(answer('POST / HTTP/1.0\r\n\r\n')).toContain('405 ');
  expect(answer('GET / HTTP/1.1\r\n\r\n')).toContain('400 ');
  expect(answer('GET / HTTP/9.9\r\n\r\n')).toContain('505 ');
  expect(answer('\0\x01\x02\n\n')).toContain('400 ');
  expect(answer('GET /\n\n')).toContain('400 ');
  expect(answer(`GET / HTTP/1.0\r\n${'x'.repeat(1400)}`)).toBe('');
});

test('a head without end is refused before it fills anything', () => {
  const stand = new Stand();
  const client = new Client(WEB, 80).talk(stand, 'x'.repeat(1400), { ms: 100 });
  for (let n = 0; n < 3; n++) client.say(stand, 'y'.repeat(1400));
  client.listen(stand);
  expect(client.text).toContain('431 ');
});

test('the echo server says again what it hears, and closes when told', () => {
  const stand = new Stand();
  const client = new Client(ECHO, 7).talk(stand, 'hello', { ms: 200 });
  client.say(stand, ' again');
  client.listen(stand, { ms: 200 });
  client.close(stand);
  client.listen(stand);
  expect(client.text).toBe('hello again');
  expect(client.state).toBe('closed');
});

test('segments that come out of order are put in order', () => {
  const stand = new Stand();
  const client = new Client(ECHO, 7).talk(stand, '1', { ms: 100 });
  const held: Uint8Array[] = [];
  const put = stand.put.bind(stand);
  stand.put = (frame) => held.push(frame);
  for (const text of ['2', '3', '4']) client.say(stand, text);
  stand.put = put;
  for (const frame of [held[2], held[0], held[0], held[1]]) stand.put(frame!);
  client.listen(stand, { ms: 300 });
  expect(client.text).toBe('1234');
});

test('who speaks to a port where nobody listens is told', () => {
  const client = new Client(WEB, 81).talk(new Stand(), '');
  expect(client.state).toBe('reset');
  expect(new Client(addressOf('10.0.0.1'), 80).talk(new Stand(), '').state).toBe('reset');
});

test('a connection goes on after a restore, and the same way', () => {
  const request = get('/files/small.bin');
  const first = new Stand();
  const client = new Client(WEB, 80).talk(first, request, { ms: 60 });
  expect(client.state).toBe('open');
  const before = client.bytes.length;
  const second = first.continued();
  client.listen(second, { ms: 10_000 });
  expect(before).toBeGreaterThan(0);
  expect(hexDigits(sha256(bodyOf(client)))).toBe(FILES[0]?.sha256);
  const whole = new Stand();
  new Client(WEB, 80).talk(whole, request, { ms: 60 });
  expect(whole.continued().view).toEqual(whole.view);
});

test('connections are bounded, half open ones more so: hello without end pushes out nothing else', () => {
  const stand = new Stand();
  const good = new Client(ECHO, 7).talk(stand, 'still', { ms: 100 });
  for (let n = 0; n < 2000; n++)
    new Client(WEB, 80, { from: addressOf(`10.0.0.${10 + (n % 200)}`), fromPort: 1000 + n }).talk(stand, '', {
      ms: 0,
    });
  stand.run(100_000_000);
  const { connections } = stand.view;
  expect(connections.length).toBeLessThanOrEqual(MOST_CONNECTIONS);
  expect(connections.filter(({ state }) => state === 'syn-received').length).toBeLessThanOrEqual(
    MOST_HALF_OPEN,
  );
  stand.take(0);
  good.say(stand, ' here');
  good.listen(stand, { ms: 300 });
  expect(good.text).toBe('still here');
});

test('an end that says nothing more is forgotten', () => {
  const stand = new Stand();
  new Client(ECHO, 7).talk(stand, 'x', { ms: 100 });
  expect(stand.view.connections).toHaveLength(1);
  stand.run(1000 * S);
  expect(stand.view.connections).toEqual([]);
});

test('a reset ends a connection only with the number that is expected', () => {
  const stand = new Stand();
  const client = new Client(ECHO, 7).talk(stand, 'x', { ms: 100 });
  client.skip(5);
  client.reset(stand);
  stand.run();
  expect(stand.view.connections).toHaveLength(1);
  client.skip(-5);
  client.reset(stand);
  stand.run();
  expect(stand.view.connections).toEqual([]);
});
