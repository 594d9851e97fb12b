/** The table of appliances. */
import type { ApplianceKind } from './appliance.ts';

export const APPLIANCES: readonly ApplianceKind[] = [];
