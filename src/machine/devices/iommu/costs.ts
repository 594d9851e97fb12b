/** What the IOMMU takes of a device's time. Data only. */
import type { VirtualNs } from '#base/virtual-time';

/**
 * A translation that it does not remember: the walk of the tables. R. Neugebauer et al., “Understanding PCIe performance for end host
 * networking” (SIGCOMM 2018, doi:10.1145/3230543.3230560, §6.5), measured about 330 ns for one with Xeon processors, and found 64 entries that are remembered. What is
 * remembered costs nothing that could be measured there.
 */
export const WALK_NS: VirtualNs = 330;
