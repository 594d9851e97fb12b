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
  {
    id: 'dmaRemembered',
    unit: 'count',
    text: { en: 'translations that the IOMMU remembered', zh: 'IOMMU 记得的地址转换' },
  },
  {
    id: 'dmaWalks',
    unit: 'count',
    text: { en: 'walks of the IOMMU for others', zh: '为其余转换而进行的 IOMMU 查表' },
  },
  { id: 'dmaWalkNs', unit: 'ns', text: { en: 'time of these walks', zh: '查表所用时间' } },
] as const;
/** Those that came with version 10 of states. */
export const SINCE_10 = ['dmaRemembered', 'dmaWalks', 'dmaWalkNs'] as const;
export type DmaCounter = (typeof DMA_COUNTERS)[number]['id'];
