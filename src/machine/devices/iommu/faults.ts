/** Why an access through the IOMMU is refused. Data only. */

/** Why an access is refused (3.2, fault record CAUSE), each with a word for it. */
export const FAULT_CAUSES = [
  { cause: 5, id: 'read-access' },
  { cause: 7, id: 'write-access' },
  { cause: 21, id: 'read-page' },
  { cause: 23, id: 'write-page' },
  { cause: 256, id: 'off' },
  { cause: 257, id: 'directory-access' },
  { cause: 258, id: 'no-context' },
  { cause: 259, id: 'bad-context' },
  { cause: 260, id: 'disallowed' },
] as const;
export type DmaFaultId = (typeof FAULT_CAUSES)[number]['id'];

/** The word of a cause. */
export function faultOf(cause: number): DmaFaultId {
  return FAULT_CAUSES.find((row) => row.cause === cause)?.id ?? 'disallowed';
}
/** The cause of a word. */
export function causeOf(id: DmaFaultId): number {
  return FAULT_CAUSES.find((row) => row.id === id)?.cause ?? 0;
}
