/**
 * Images of `--disk IMAGE,writes=keep`: what the guest flushes is written back into them. Beside an image lie, as long as a VM
 * has it, the number of the process that does (`IMAGE.lock`) and the log of what is being written (`IMAGE.redo`), from which the next to
 * open it finishes what a crash has interrupted.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { messageOf } from '#base/error-message';
import { fail, type LabError, ok, type Result } from '#base/result';
import { ImageKeeper } from '#lab/disks/image-keeper';
import { RedoneFile } from '#lab/disks/redo-log';
import type { DiskKeeper } from '#machine/devices/disk/layers/keeper';
import type { Layer } from '#machine/devices/disk/layers/layer';
import { KeptFile } from './disk-file.ts';
import { describe, say } from './messages.ts';

const logOf = (path: string): string => `${path}.redo`;
const lockOf = (path: string): string => `${path}.lock`;

interface OpenImage {
  readonly keeper: DiskKeeper;
  readonly close: () => void;
}

export class KeptImages {
  readonly #open = new Map<string, OpenImage>();
  readonly #locks: string[] = [];
  readonly #refused: (error: LabError, path: string) => void;

  /** @param refused told of what was flushed and could not be written */
  constructor(refused: (error: LabError, path: string) => void) {
    this.#refused = refused;
  }

  /** Has an image for this process alone, if no other has it, and finishes what one began to write that is gone. */
  take(path: string, keeps: boolean): Result<null> {
    const holder = holderOf(path);
    if (holder !== undefined) return fail('disk.fileInUse', { path, process: holder });
    if (keeps) {
      try {
        rmSync(lockOf(path), { force: true });
        writeFileSync(lockOf(path), String(process.pid), { flag: 'wx' });
        this.#locks.push(path);
      } catch (error) {
        return fail('file.unwritable', { path: lockOf(path), reason: messageOf(error) });
      }
    }
    return existsSync(logOf(path)) ? finish(path) : ok(null);
  }

  /** Writes back to an image that was taken. @param name of the disk */
  keep(name: string, path: string, layer: Layer): Result<null> {
    const files = filesOf(path, 'w+');
    if (!files.ok) return files;
    const { redone, close } = files.value;
    const keeper = ImageKeeper.open(redone, layer, (why) => {
      if (!why.ok) this.#refused(onDisk(why.error, path), path);
    });
    if (!keeper.ok) {
      close();
      return keeper;
    }
    this.#open.set(name, { keeper: keeper.value, close });
    return ok(null);
  }

  keeper(name: string): DiskKeeper | undefined {
    return this.#open.get(name)?.keeper;
  }

  /** Gives all of them back. */
  close(): void {
    for (const { close } of this.#open.values()) close();
    this.#open.clear();
    for (const path of this.#locks.splice(0)) rmSync(lockOf(path), { force: true });
  }
}

/** Does something with images that are given back afterwards; what could not be written is said. */
export async function withKeptImages<T>(
  print: (text: string) => void,
  work: (images: KeptImages) => Promise<T>,
): Promise<T> {
  const images = new KeptImages((error, path) =>
    print(`virtlab: ${say('diskNotWritten', { path, why: describe(error) })}\n`),
  );
  try {
    return await work(images);
  } finally {
    images.close();
  }
}

/** What is full here is no browser's store. */
function onDisk(error: LabError, path: string): LabError {
  return error.code === 'storage.full' ? fail('file.unwritable', { path, reason: 'ENOSPC' }).error : error;
}

/** The process that has an image, if there is one. */
function holderOf(path: string): number | undefined {
  if (!existsSync(lockOf(path))) return undefined;
  const holder = Number(readFileSync(lockOf(path), 'latin1'));
  if (!Number.isSafeInteger(holder) || holder <= 0) return undefined;
  try {
    process.kill(holder, 0);
    return holder;
  } catch (error) {
    // Another person's process is one all the same.
    return error instanceof Error && 'code' in error && error.code === 'EPERM' ? holder : undefined;
  }
}

interface Files {
  readonly redone: RedoneFile;
  readonly close: () => void;
}

function filesOf(path: string, logFlags: 'r+' | 'w+'): Result<Files> {
  const file = KeptFile.open(path, 'r+');
  if (!file.ok) return file;
  const log = KeptFile.open(logOf(path), logFlags);
  if (!log.ok) {
    file.value.close();
    return log;
  }
  const close = (): void => {
    // What is in the log is not in the image yet.
    const isDone = log.value.sizeBytes === 0;
    file.value.close();
    log.value.close();
    if (isDone) rmSync(logOf(path), { force: true });
  };
  const redone = RedoneFile.open(file.value, log.value);
  if (redone.ok) return ok({ redone: redone.value, close });
  close();
  return redone;
}

function finish(path: string): Result<null> {
  const files = filesOf(path, 'r+');
  if (!files.ok) return files;
  files.value.close();
  return ok(null);
}
