/** What the bench asks of the worker in Chromium. Plain data; files by their address on the bench's own server. */
import type { GuestEngine } from '../guest-kernel.ts';
import type { BootName } from '../linux-boot.ts';

export type WorkerCommand =
  /** Compiles the engine; the first command. */
  | { readonly op: 'start'; readonly engine: string }
  | { readonly op: 'guest'; readonly id: string; readonly mode: GuestEngine; readonly file: string }
  | { readonly op: 'wasm'; readonly id: string; readonly file: string }
  | {
      readonly op: 'linux';
      readonly id: string;
      readonly mode: GuestEngine;
      readonly boot: BootName;
      readonly image: string;
      readonly initrd: string;
    }
  /** Runs what was made under this id once. */
  | { readonly op: 'round'; readonly id: string };
