/** The answer to IDENTIFY: 256 words (ATA/ATAPI-6 §8.15). */
import * as reg from './registers.ts';

/** Writes who the disk is into a sector. */
export function identify(
  sector: Uint8Array,
  sizeBytes: number,
  { serial, dma }: { readonly serial: string; readonly dma: boolean },
): void {
  const view = new DataView(sector.buffer, sector.byteOffset, reg.SECTOR_SIZE);
  sector.fill(0, 0, reg.SECTOR_SIZE);
  writeText(view, reg.ID_SERIAL, reg.ID_SERIAL_LENGTH, serial);
  writeText(view, reg.ID_MODEL, reg.ID_MODEL_LENGTH, 'virtlab IDE disk');
  const word = (at: number, value: number): void => view.setUint16(at * 2, value, true);
  word(reg.ID_MULTIPLE, 0x8000 | reg.MULTIPLE_SECTORS);
  word(reg.ID_CAPABILITIES, reg.CAPABILITY_LBA | (dma ? reg.CAPABILITY_DMA : 0));
  const sectors = Math.min(Math.floor(sizeBytes / reg.SECTOR_SIZE), reg.ADDRESSABLE_SECTORS);
  view.setUint32(reg.ID_SECTORS * 2, sectors, true);
}

/** Text in words: the first of two characters lies in the upper byte. Padded with spaces. */
function writeText(view: DataView, word: number, length: number, value: string): void {
  for (let at = 0; at < length; at++)
    view.setUint8(word * 2 + (at ^ 1), at < value.length ? value.charCodeAt(at) & 0x7f : 0x20);
}
