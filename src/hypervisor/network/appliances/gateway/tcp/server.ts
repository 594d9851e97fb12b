/** What a server of TCP is to the stack: it sees what has come in order, takes some of it, and writes. */
import type { VirtualNs } from '#base/virtual-time';
import type { Address } from '../wire/address.ts';
import type { Connection } from './connection.ts';

/** A connection as its server sees it. */
export class Talk {
  readonly now: VirtualNs;
  readonly #connection: Connection;

  constructor(connection: Connection, now: VirtualNs) {
    this.#connection = connection;
    this.now = now;
  }

  /** What has come, and was not taken. */
  get inbox(): Uint8Array {
    return this.#connection.inbox;
  }
  /** Who speaks: behind an address translation, that. */
  get remote(): { readonly address: Address; readonly port: number } {
    return { address: this.#connection.remote, port: this.#connection.remotePort };
  }
  /** Bytes that may be written. */
  get room(): number {
    return this.#connection.isClosed ? 0 : this.#connection.outgoing.room;
  }
  take(bytes: number): Uint8Array {
    const { inbox } = this.#connection;
    this.#connection.inbox = inbox.slice(bytes);
    return inbox.subarray(0, bytes);
  }
  write(data: Uint8Array): boolean {
    return !this.#connection.isClosed && this.#connection.outgoing.write(data);
  }
  writeFile(file: number): boolean {
    return !this.#connection.isClosed && this.#connection.outgoing.writeFile(file);
  }
  /** Nothing more is written. */
  close(): void {
    this.#connection.isClosed = true;
  }
  get isClosed(): boolean {
    return this.#connection.isClosed;
  }
}

export interface TcpServer {
  /** Somebody has come. */
  opened?(talk: Talk): void;
  /** Something has come, or there is room again; what is not taken stays. */
  heard?(talk: Talk): void;
}
