/** What a device that reaches memory through the IOMMU counts. */

/** What of its accesses is counted. */
export const DMA_COUNTERS = [
  { id: 'dmaReads', unit: 'count', text: { en: 'reads of memory', zh: '内存读' } },
  { id: 'dmaWrites', unit: 'count', text: { en: 'writes of memory', zh: '内存写' } },
  { id: 'dmaBytes', unit: 'bytes', text: { en: 'bytes to and from memory', zh: '进出内存的字节' } },
  {
    id: 'dmaRefused',
    unit: 'count',
    text: { en: 'accesses that the IOMMU refused', zh: '被 IOMMU 拒绝的访问' },
  },
] as const;
export type DmaCounter = (typeof DMA_COUNTERS)[number]['id'];
