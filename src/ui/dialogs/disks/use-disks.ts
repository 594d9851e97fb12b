/** The kept disk images as the dialog shows them, and what can be done with them. */
import { useCallback, useEffect, useState } from 'react';
import type { LabError } from '#base/result';
import { failureOf } from '#bridge/client/worker-client';
import type { DiskFormat, DiskReport, KeptImage } from '#bridge/protocol/disks';
import { saveFile } from '../../kit/save-file.ts';
import { useClient } from '../../parts/lab.tsx';
import { tell, tellError } from '../../state/notices.ts';

/** An image that is being read. */
export interface Reading {
  readonly name: string;
  /** Of one. */
  readonly fraction: number;
}

export interface Disks {
  readonly report: DiskReport | null;
  readonly error: LabError | null;
  readonly reading: Reading | null;
  take(files: readonly File[]): Promise<void>;
  cancel(): void;
  save(image: KeptImage, format: DiskFormat): Promise<void>;
  remove(image: KeptImage): Promise<void>;
}

export function useDisks(): Disks {
  const client = useClient();
  const [report, setReport] = useState<DiskReport | null>(null);
  const [error, setError] = useState<LabError | null>(null);
  const [reading, setReading] = useState<Reading | null>(null);

  const look = useCallback(async (): Promise<void> => {
    const found = await client.calls.disks().catch(failureOf);
    if (found.ok) setReport(found.value);
    else setError(found.error);
  }, [client]);
  useEffect(() => void look(), [look]);

  const take = async (files: readonly File[]): Promise<void> => {
    setError(null);
    for (const file of files) {
      const { name } = file;
      setReading({ name, fraction: 0 });
      const onRead = (done: number, total: number): void =>
        setReading({ name, fraction: total === 0 ? 1 : done / total });
      const taken = await client.calls.importDisk(file, name, onRead).catch(failureOf);
      setReading(null);
      if (taken.ok) tell('disks.taken', { name: taken.value.title });
      else if (taken.error.code !== 'cancelled') setError(taken.error);
      await look();
      if (!taken.ok) return;
    }
  };
  const save = async ({ layer, title }: KeptImage, format: DiskFormat): Promise<void> => {
    const file = await client.calls.exportDisk(layer, format).catch(failureOf);
    if (!file.ok) return tellError(file.error);
    const stem = title.replace(/\.(?:qcow2|raw|img)$/i, '');
    saveFile(new Uint8Array(await file.value.arrayBuffer()), `${stem}.${format}`);
  };
  const remove = async ({ layer }: KeptImage): Promise<void> => {
    const removed = await client.calls.deleteDisk(layer).catch(failureOf);
    if (!removed.ok) tellError(removed.error);
    await look();
  };
  return {
    ...{ report, error, reading, take, save, remove },
    cancel: () => void client.calls.cancelDiskImport(),
  };
}
