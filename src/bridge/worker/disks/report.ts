/** All that the browser keeps of disks and labs, for people who look after the room. */
import { ok, type Result } from '#base/result';
import type { VmSpec } from '#base/scenario';
import type { DiskReport, LastingDisk } from '#bridge/protocol/disks';
import { keptLabs } from '#lab/checkpoints/kept-labs';
import { diskSizeIn } from '#lab/disks/journal';
import type { FilePlace, PlacedFile } from '#lab/storage/file-place';
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
  const content = await service.content();
  if (!content.ok) return content;
  const { images, files, strays } = content.value;
  const place = await service.files;
  const labs = service.storage === undefined ? ok([]) : await keptLabs(service.storage);
  const room = await service.room();
  return ok({
    ...{ lasts: place.lasts, images },
    disks: await disksOf(files, place, lasting, vms),
    labs: (labs.ok ? labs.value : []).map((lab) => ({ ...lab, isOpen: lab.key === openKey })),
    strays: { count: strays.length, bytes: bytesOf(strays) },
    ...(room === undefined ? {} : { room }),
  });
}

async function disksOf(
  files: readonly PlacedFile[],
  place: FilePlace,
  lasting: KeptDisks,
  vms: readonly VmSpec[],
): Promise<LastingDisk[]> {
  const names = new Set(files.flatMap(({ name }) => diskOfFile(name) ?? []));
  const disks: LastingDisk[] = [];
  for (const name of [...names].sort()) {
    const own = files.filter((file) => diskOfFile(file.name) === name);
    disks.push({
      ...{ name, sizeBytes: await sizeOf(own, place), bytes: bytesOf(own), state: lasting.stateOf(name) },
      changedMs: Math.max(...own.map(({ changedMs }) => changedMs)),
      usedBy: usersOf(name, vms),
    });
  }
  return disks;
}

/** What the first part of a journal that says it says; 0 where none does. */
async function sizeOf(parts: readonly PlacedFile[], place: FilePlace): Promise<number> {
  for (const { name } of parts) {
    const head = await place.beginning(name, HEAD_BYTES);
    const size = head.ok && head.value !== undefined ? diskSizeIn(head.value) : undefined;
    if (size !== undefined && size > 0) return size;
  }
  return 0;
}

function bytesOf(files: readonly PlacedFile[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
