/** What leaves the lab: a link, or a file, with which somebody else has the same run. */
import { ok, type Result } from '#base/result';
import type { ShareLink } from '#bridge/protocol/lab-api';
import { encodeLink } from '#lab/link';
import type { Scenario } from '#lab/scenario';
import { filesOf, vmsOf } from '#lab/software';

/** The link of a recorded run; it can name a person's own files but not carry them. */
export function linkOf(record: Scenario): Result<ShareLink> {
  const link = encodeLink(record);
  if (!link.ok) return link;
  const images = vmsOf(record).flatMap(({ image, initrd }) =>
    initrd === undefined ? [image] : [image, initrd],
  );
  const named = images.filter(({ kind }) => kind === 'file').map(({ name }) => name);
  const files = [...named, ...filesOf(record.commands).map((key) => key.replace(/^file:/, ''))];
  return ok({
    fragment: link.value,
    commands: record.commands.length,
    omittedFiles: [...new Set(files)],
  });
}

/** The recorded run as a file. */
export function fileOf(record: Scenario): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(record));
}
