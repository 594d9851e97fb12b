/**
 * What a guest tells of its memory (virtio 1.2, §5.5.6.3): a buffer of { tag: 2, value: 8 }, little-endian and packed. Everything in
 * it is a guest's word.
 */

/** Figures by position of their tag; bytes where the guest counts pages of its own in none. */
export const STATISTICS = [
  { id: 'swapIn', unit: 'bytes', text: { en: 'swapped in by the guest', zh: '客户机换入' } },
  { id: 'swapOut', unit: 'bytes', text: { en: 'swapped out by the guest', zh: '客户机换出' } },
  { id: 'majorFaults', unit: 'count', text: { en: 'faults that waited for a disk', zh: '等待磁盘的缺页' } },
  { id: 'minorFaults', unit: 'count', text: { en: 'faults that did not', zh: '不等待磁盘的缺页' } },
  { id: 'free', unit: 'bytes', text: { en: 'used for nothing', zh: '完全未用' } },
  { id: 'total', unit: 'bytes', text: { en: 'all that it has', zh: '总共拥有' } },
  { id: 'available', unit: 'bytes', text: { en: 'to be had without swapping', zh: '无需换出即可用' } },
  { id: 'caches', unit: 'bytes', text: { en: 'to be had from caches', zh: '可从缓存取得' } },
] as const;

export type Statistic = (typeof STATISTICS)[number]['id'];
/** A figure that the guest did not give is missing. */
export type Statistics = Readonly<Partial<Record<Statistic, number>>>;

const ENTRY_SIZE = 10;
/** Entries that are read of a buffer: more than there are tags. */
const MOST_ENTRIES = 32;
/** Bytes of a buffer that are looked at. */
export const STATISTICS_SIZE: number = ENTRY_SIZE * MOST_ENTRIES;

/** Reads a buffer's figures; unknown tags, numbers beyond 2^53 and a last half entry are left out. */
export function readStatistics(bytes: Uint8Array): Statistics {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Partial<Record<Statistic, number>> = {};
  for (let at = 0; at + ENTRY_SIZE <= bytes.length; at += ENTRY_SIZE) {
    const row = STATISTICS[view.getUint16(at, true)];
    const value = view.getUint32(at + 6, true) * 0x1_0000_0000 + view.getUint32(at + 2, true);
    if (row !== undefined && Number.isSafeInteger(value)) found[row.id] = value;
  }
  return found;
}
