/** What the browser keeps of disks and labs as the dialog shows it, and what can be done with it. */
import { useCallback, useEffect, useState } from 'react';
import type { LabError, Result } from '#base/result';
import { failureOf } from '#bridge/client/worker-client';
import type { DiskFormat, DiskReport, KeptThing } from '#bridge/protocol/disks';
import { saveFile } from '../../kit/save-file.ts';
import { useClient } from '../../parts/lab.tsx';
import { tell, tellError } from '../../state/notices.ts';

/** An image that is being read or written. */
export interface Working {
  readonly kind: 'reading' | 'writing';
  readonly name: string;
  /** Of one. */
  readonly fraction: number;
}

export interface Disks {
  readonly report: DiskReport | null;
  readonly error: LabError | null;
  readonly working: Working | null;
  take(files: readonly File[]): Promise<void>;
  cancel(): void;
  save(what: 'image' | 'disk', name: string, title: string, format: DiskFormat): Promise<void>;
  remove(thing: KeptThing): Promise<void>;
  takeOver(name: string): Promise<void>;
}

export function useDisks(): Disks {
  const client = useClient();
  const [report, setReport] = useState<DiskReport | null>(null);
  const [error, setError] = useState<LabError | null>(null);
  const [working, setWorking] = useState<Working | null>(null);

  const look = useCallback(async (): Promise<void> => {
    const found = await client.calls.disks().catch(failureOf);
    if (found.ok) setReport(found.value);
    else setError(found.error);
  }, [client]);
  useEffect(() => void look(), [look]);

  /** Shows how far some work has come; null: it failed, or was given up. */
  const watched = async <T>(
    kind: Working['kind'],
    name: string,
    work: (onRead: (done: number, total: number) => void) => Promise<Result<T>>,
  ): Promise<T | null> => {
    setError(null);
    setWorking({ kind, name, fraction: 0 });
    const done = await work((at, total) =>
      setWorking({ kind, name, fraction: total === 0 ? 1 : at / total }),
    ).catch(failureOf);
    setWorking(null);
    if (!done.ok && done.error.code !== 'cancelled') setError(done.error);
    return done.ok ? done.value : null;
  };

  const take = async (files: readonly File[]): Promise<void> => {
    for (const file of files) {
      const taken = await watched('reading', file.name, (onRead) =>
        client.calls.importDisk(file, file.name, onRead),
      );
      if (taken !== null) tell('disks.taken', { name: taken.title });
      await look();
      if (taken === null) return;
    }
  };
  const save: Disks['save'] = async (what, name, title, format) => {
    const file = await watched('writing', title, (onRead) =>
      client.calls.exportDisk(what, name, format, onRead),
    );
    if (file === null) return;
    const stem = title.replace(/\.(?:qcow2|raw|img)$/i, '');
    saveFile(new Uint8Array(await file.arrayBuffer()), `${stem}.${format}`);
  };
  const told = async (work: Promise<Result<null>>): Promise<void> => {
    const done = await work.catch(failureOf);
    if (!done.ok) tellError(done.error);
    await look();
  };
  return {
    ...{ report, error, working, take, save },
    remove: (thing) => told(client.calls.deleteKept(thing)),
    takeOver: (name) => told(client.calls.takeDiskOver(name)),
    cancel: () => void client.calls.cancelDiskWork(),
  };
}
