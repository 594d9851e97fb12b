/** The table of appliances. */
import type { ApplianceKind } from './appliance.ts';
import { GATEWAY } from './gateway/kind.ts';
import { ROUTER } from './router/kind.ts';

export const APPLIANCES: readonly ApplianceKind[] = [GATEWAY, ROUTER];
