/**
 * What QEMU joins networks by, without guests: a hub between two sockets. There is no way into it but a socket, so each frame costs it
 * what the kernel takes to read and write it too; what remains is compared between guests.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { freePort, QEMU } from './qemu-pair.ts';

/** Before each frame stands its length. */
const HEADER_BYTES = 4;
const AT_ONCE = 1000;
const MOST_MS = 120_000;
const PAUSE_MS = 5;

const paused = (): Promise<void> => new Promise((done) => setTimeout(done, PAUSE_MS));

async function connected(port: number, end: number): Promise<Socket> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((done) => {
      socket.once('connect', () => done(true));
      socket.once('error', () => done(false));
    });
    if (isOpen) return socket;
    if (performance.now() > end) throw new Error('QEMU does not listen');
    await paused();
  }
}

/** Frames in a second from one socket to the other, or why there are none. */
export async function throughHub(frame: Uint8Array, frames: number): Promise<number | string> {
  const end = performance.now() + MOST_MS;
  const ports = [await freePort(), await freePort()];
  const ends = ports.flatMap((port, index) => [
    ...['-netdev', `socket,id=n${index},listen=127.0.0.1:${port}`],
    ...['-netdev', `hubport,id=h${index},hubid=0,netdev=n${index}`],
  ]);
  const machine = ['-M', 'none', '-nodefaults', '-nographic', '-monitor', 'none', '-serial', 'none'];
  const qemu = spawn(QEMU, [...machine, ...ends], { stdio: 'ignore' });
  let failure: string | undefined;
  qemu.once('error', ({ message }) => {
    failure = message;
  });
  const sockets: Socket[] = [];
  try {
    for (const port of ports) sockets.push(await connected(port, failure === undefined ? end : 0));
    const [from, to] = sockets as [Socket, Socket];
    let bytes = 0;
    to.on('data', (data: Buffer) => {
      bytes += data.length;
    });
    const size = HEADER_BYTES + frame.length;
    const many = Buffer.alloc(AT_ONCE * size);
    for (let at = 0; at < many.length; at += size) {
      many.writeUInt32BE(frame.length, at);
      many.set(frame, at + HEADER_BYTES);
    }
    const start = performance.now();
    for (let sent = 0; sent < frames; sent += AT_ONCE) if (!from.write(many)) await once(from, 'drain');
    while (bytes < frames * size) {
      if (performance.now() > end) return `${bytes / size} of ${frames} frames came`;
      await paused();
    }
    return Math.round(frames / ((performance.now() - start) / 1000));
  } catch (error) {
    return failure ?? (error instanceof Error ? error.message : String(error));
  } finally {
    for (const socket of sockets) socket.destroy();
    qemu.kill();
  }
}
