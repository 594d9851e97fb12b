/**
 * A physical disk that a VM has whole, as a snapshot of the VM holds it: the state of its model, and how far what it is at has come. The
 * device submits its requests again when it is restored; then they are where they were.
 */
import { SnapshotFormatError } from '#base/state/bytes';
import type { MediumState, UnderwayState } from '../passthrough/state.ts';
import type { PhysicalDisk } from './physical-disk.ts';

export function captureMedium(disk: PhysicalDisk): MediumState {
  const underway = disk.services.flatMap(({ request, pieceBytes, endsAt }): UnderwayState[] =>
    request === undefined || request.tag < 0
      ? []
      : [{ tag: request.tag, served: request.served, pieceBytes, leftNs: endsAt - disk.now }],
  );
  return { model: disk.model.capture(), underway };
}

/** Its device has been restored. */
export function restoreMedium(disk: PhysicalDisk, { model, underway }: MediumState): void {
  disk.model.restore(model);
  for (const { tag, served, pieceBytes, leftNs } of underway) {
    const service = disk.services.find(({ request }) => request?.tag === tag);
    // What is begun in another order than it was then takes what it takes.
    if (service?.request === undefined) continue;
    if (served + pieceBytes > service.request.length)
      throw new SnapshotFormatError('more of a request than there is');
    service.request.served = served;
    service.pieceBytes = pieceBytes;
    service.endsAt = disk.now + leftNs;
    disk.reschedule(service);
  }
}
