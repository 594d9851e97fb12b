/**
 * `virtlab capture`: runs a scenario while it listens to a host's switches, and lists the packets or writes them as pcapng; a file of packets is
 * listed as well.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Conversations, seenThere } from '#base/packets/conversations/conversations';
import { putFacts } from '#base/packets/conversations/put-facts';
import { dissect, type Packet } from '#base/packets/dissect';
import { parseFilter } from '#base/packets/filter';
import { matches } from '#base/packets/filter-match';
import { readCapture, writePcapng } from '#base/packets/pcapng';
import { fileOfSeen, type SeenAt, seenOfFile } from '#base/packets/seen-file';
import { summaryOf } from '#base/packets/summary';
import { fail, ok, type Result } from '#base/result';
import { NS_PER_S } from '#base/virtual-time';
import type { Lab } from '#lab/lab';
import { type Listening, waysOf } from './capture-way.ts';
import { hostNamed, withLab } from './open-lab.ts';
import { parseDuration } from './options.ts';
import { readPath, writePath } from './paths.ts';
import { table } from './table.ts';

const OPTIONS = {
  from: { type: 'string', default: '0s' },
  for: { type: 'string', default: '10s' },
  host: { type: 'string' },
  switch: { type: 'string' },
  vm: { type: 'string' },
  port: { type: 'string' },
  filter: { type: 'string', default: '' },
  save: { type: 'string' },
  way: { type: 'boolean', default: false },
} as const;

/** Its name on the host. */
const NAME = 'command-line';
const BYTES = 0x100_0000;
const SNAP = 0x1_0000;

/** Runs the command; the result is the exit status. */
export async function capture(
  args: readonly string[],
  print: (text: string) => void,
): Promise<Result<number>> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const [source] = positionals;
  if (source === undefined || positionals.length > 1) return fail('usage', { command: 'capture' });
  const filter = parseFilter(values.filter);
  if (!filter.ok) return filter;
  if (values.way) return waysFromLab(source, values, print);
  const seen =
    /\.p?cap(?:ng)?$/.test(source) && existsSync(source)
      ? fromFile(source)
      : await fromLab(source, values, print);
  if (!seen.ok) return seen;
  const first = seen.value[0]?.at ?? 0;
  const shown = takenApart(seen.value).filter(
    ({ packet, seen: { length, at, portName, domain = 0 } }, index) => {
      if (filter.value === undefined) return true;
      const seconds = (at - first) / NS_PER_S;
      return matches(filter.value, { packet, number: index + 1, length, seconds, port: portName, domain });
    },
  );
  if (values.save !== undefined) {
    const written = writePath(values.save, writePcapng(fileOfSeen(shown.map((each) => each.seen))));
    return written.ok ? ok(0) : written;
  }
  const rows = shown.map(({ packet, seen: { at, portName, point = '', length } }) => {
    const { source: from, destination, protocol, info } = summaryOf(packet);
    return [(at / NS_PER_S).toFixed(9), portName, point, from, destination, protocol, String(length), info];
  });
  process.stdout.write(`${table(rows).join('\n')}\n`);
  return ok(0);
}

/** Each packet, and what it is in its conversation. */
function takenApart(all: readonly SeenAt[]): readonly { readonly seen: SeenAt; readonly packet: Packet }[] {
  const conversations = new Conversations();
  return all.map((seen, index) => {
    const packet = dissect(seen.bytes);
    putFacts(packet, conversations.note(packet, seenThere({ ...seen, serial: index + 1 })));
    return { seen, packet };
  });
}

function fromFile(path: string): Result<readonly SeenAt[]> {
  const bytes = readPath(path);
  const read = bytes.ok ? readCapture(bytes.value) : bytes;
  if (!read.ok) return read;
  return ok(seenOfFile(read.value));
}

interface Wishes {
  readonly from: string;
  readonly for: string;
  readonly host?: string | undefined;
  readonly switch?: string | undefined;
  readonly vm?: string | undefined;
  readonly port?: string | undefined;
}

async function fromLab(
  source: string,
  wishes: Wishes,
  print: (text: string) => void,
): Promise<Result<readonly SeenAt[]>> {
  const { switch: at, vm, port } = wishes;
  const where = {
    ...(at === undefined ? {} : { switch: at }),
    ...(vm === undefined ? {} : { vm }),
    ...(port === undefined ? {} : { port }),
  };
  return inLab(source, wishes, print, async (lab, host, { from, until, ...settings }) => {
    await lab.advance(from);
    const started = await lab.execute(host, { op: 'capture.start', args: { ...settings, ...where } });
    if (!started.ok) return started;
    await lab.advance(until);
    return allOf(lab, host);
  });
}

/** The ways of what the filter means, at the host that is named first. */
async function waysFromLab(
  source: string,
  wishes: Wishes & { readonly filter: string },
  print: (text: string) => void,
): Promise<Result<number>> {
  const ways = await inLab(source, wishes, print, (lab, host, listening) =>
    waysOf(lab, host, wishes.filter, listening),
  );
  if (!ways.ok) return ways;
  process.stdout.write(`${table(ways.value).join('\n')}\n`);
  return ok(0);
}

/** Opens a lab, and listens in it to the host and for the time that are wished. */
async function inLab<T>(
  source: string,
  wishes: Wishes,
  print: (text: string) => void,
  listen: (lab: Lab, host: number, listening: Listening) => Promise<Result<T>>,
): Promise<Result<T>> {
  const from = parseDuration(wishes.from, 'from');
  if (!from.ok) return from;
  const span = parseDuration(wishes.for, 'for');
  if (!span.ok) return span;
  const listening = {
    ...{ from: from.value, until: from.value + span.value },
    ...{ name: NAME, bytes: BYTES, snap: SNAP },
  };
  return withLab(
    source,
    async (lab) => {
      const host = hostNamed(lab, wishes.host);
      return host.ok ? listen(lab, host.value, listening) : host;
    },
    { print },
  );
}

/** Everything that was kept, page by page. */
async function allOf(lab: Lab, host: number): Promise<Result<readonly SeenAt[]>> {
  const all: SeenAt[] = [];
  for (let next = 1; ; ) {
    const page = await lab.answer(host, 'capture', { name: NAME, from: next });
    if (!page.ok) return page;
    all.push(...page.value.value.frames);
    if (page.value.value.next <= next) return ok(all);
    next = page.value.value.next;
  }
}
