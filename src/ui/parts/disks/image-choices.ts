/** What a new disk can lie on: a kept image, or nothing. */
import type { TFunction } from 'i18next';
import type { KeptImage } from '#bridge/protocol/disks';

const MIB = 0x10_0000;

/** By the image's layer; empty: nothing. */
export function imageChoices(
  t: TFunction,
  images: readonly KeptImage[],
): { readonly value: string; readonly label: string }[] {
  return [
    { value: '', label: t('create.diskEmpty') },
    ...images.map(({ layer, title }) => ({ value: layer, label: title })),
  ];
}

/** MiB of a disk that shall have so many and lies on an image: as large as that at least. */
export function mibOn({ sizeBytes }: KeptImage, mib: number): number {
  return Math.max(mib, Math.ceil(sizeBytes / MIB));
}
