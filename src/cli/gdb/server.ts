/** `--gdb PORT`: waits for gdb on this machine, and lets it drive until it goes. */
import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { messageOf } from '#base/error-message';
import { fail, ok, type Result } from '#base/result';
import { NS_PER_US } from '#base/virtual-time';
import { PacketReader, packet, type Received } from './packets.ts';
import { GdbSession } from './session.ts';
import type { Target } from './target.ts';

const LOOPBACK = '127.0.0.1';
/** How long harts run between two looks. */
const SLICE_NS = 100 * NS_PER_US;
const TURN_MS = 10;

export interface DebugOptions {
  readonly port: number;
  /** It listens at this port, and waits. */
  readonly waits: (port: number) => void;
  /** What was printed is to be seen. */
  readonly flush?: () => void;
}

/** How it has ended: gdb let it go, or ended it; software may have ended itself before. */
export type DebugEnd = 'detached' | 'killed';

export async function debug(
  target: Target,
  { port, waits, flush = () => undefined }: DebugOptions,
): Promise<Result<DebugEnd>> {
  const server = createServer();
  try {
    const listening = await listen(server, port);
    if (!listening.ok) return listening;
    const connection = new Promise<Socket>((resolve) => {
      server.once('connection', (socket) => {
        // Another one would wait for ever, and keep the process alive.
        server.close();
        resolve(socket);
      });
    });
    waits(listening.value);
    const socket = await connection;
    const end = await converse(new Line(socket), new GdbSession(target), flush);
    socket.end();
    return ok(end);
  } finally {
    server.close();
  }
}

function listen(server: Server, port: number): Promise<Result<number>> {
  return new Promise((resolve) => {
    server.once('error', (error) => {
      resolve(fail('file.unreadable', { path: `${LOOPBACK}:${port}`, reason: messageOf(error) }));
    });
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      resolve(ok(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}

/** What gdb has sent, one after the other. */
class Line {
  readonly #socket: Socket;
  readonly #reader = new PacketReader();
  readonly #received: Received[] = [];
  #wake: () => void = () => {};
  isOver = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      for (const each of this.#reader.take(Buffer.from(bytes))) {
        if (each.kind !== 'interrupt') socket.write(each.kind === 'packet' ? '+' : '-');
        if (each.kind !== 'damaged') this.#received.push(each);
      }
      this.#wake();
    });
    const over = (): void => {
      this.isOver = true;
      this.#wake();
    };
    socket.on('error', over);
    socket.on('close', over);
    socket.on('end', over);
  }

  send(text: string): void {
    this.#socket.write(packet(text));
  }
  /** The next, if it is there. */
  take(): Received | undefined {
    return this.#received.shift();
  }
  /** The next, when it comes; nothing when gdb has gone. */
  async next(): Promise<Received | undefined> {
    while (this.#received.length === 0 && !this.isOver)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return this.#received.shift();
  }
}

async function converse(line: Line, session: GdbSession, flush: () => void): Promise<DebugEnd> {
  for (;;) {
    const received = await line.next();
    if (received === undefined) {
      await session.end();
      return 'detached';
    }
    if (received.kind !== 'packet') continue;
    const request = await session.request(received.text);
    flush();
    if (request.kind === 'answer') line.send(request.text);
    else if (request.kind === 'kill') return 'killed';
    else if (request.kind === 'detach') {
      line.send('OK');
      return 'detached';
    } else line.send(await runOn(line, session, flush, request.kind === 'continue'));
  }
}

/** Forwards or back, until something stops it. */
async function runOn(
  line: Line,
  session: GdbSession,
  flush: () => void,
  isForwards: boolean,
): Promise<string> {
  if (isForwards) session.begin();
  let turnMs = performance.now();
  for (;;) {
    const stopped = await (isForwards ? session.run(SLICE_NS) : session.runBack());
    if (stopped !== undefined) {
      flush();
      return stopped;
    }
    if (performance.now() < turnMs + TURN_MS) continue;
    flush();
    await nextTurn();
    turnMs = performance.now();
    if (line.isOver || line.take() !== undefined) return session.interrupt();
  }
}
