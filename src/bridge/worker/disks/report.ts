/** All that the browser keeps of disks and labs, for people who look after the room. */
import { ok, type Result } from '#base/result';
import type { VmSpec } from '#base/scenario';
import type { DiskReport, LastingDisk } from '#bridge/protocol/disks';
import { keptLabs } from '#lab/checkpoints/kept-labs';
import { diskSizeIn } from '#lab/disks/journal';
import type { PlacedFile } from '#lab/storage/file-place';
import type { DiskService } from './disk-service.ts';
import { diskOfFile, type KeptDisks, usersOf } from './kept-disks.ts';

/** Of a journal, what says how large its disk is. */
const HEAD_BYTES = 32;

/** @param openKey the word by which the open lab is kept */
export async function reportOf(
  service: DiskService,
  lasting: KeptDisks,
  vms: readonly VmSpec[],
  openKey: string | undefined,
): Promise<Result<DiskReport>> {
  const images = await service.images();
  if (!images.ok) return images;
  const placed = await service.placed();
  if (!placed.ok) return placed;
  const { files, strays } = placed.value;
  const labs = service.storage === undefined ? ok([]) : await keptLabs(service.storage);
  const room = await service.room();
  return ok({
    lasts: (await service.files).lasts,
    images: images.value,
    disks: await disksOf(files, service, lasting, vms),
    labs: (labs.ok ? labs.value : []).map((lab) => ({ ...lab, isOpen: lab.key === openKey })),
    strays: { count: strays.length, bytes: bytesOf(strays) },
    ...(room === undefined ? {} : { room }),
  });
}

async function disksOf(
  files: readonly PlacedFile[],
  service: DiskService,
  lasting: KeptDisks,
  vms: readonly VmSpec[],
): Promise<LastingDisk[]> {
  const names = new Set(files.flatMap(({ name }) => diskOfFile(name) ?? []));
  const disks: LastingDisk[] = [];
  for (const name of [...names].sort()) {
    const own = files.filter((file) => diskOfFile(file.name) === name);
    let sizeBytes = 0;
    for (const file of own) {
      const head = await service.beginning(file.name, HEAD_BYTES);
      if (head.ok && head.value !== undefined) sizeBytes ||= diskSizeIn(head.value) ?? 0;
    }
    disks.push({
      ...{ name, sizeBytes, bytes: bytesOf(own), state: lasting.stateOf(name) },
      changedMs: Math.max(...own.map(({ changedMs }) => changedMs)),
      usedBy: usersOf(name, vms),
    });
  }
  return disks;
}

function bytesOf(files: readonly PlacedFile[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
