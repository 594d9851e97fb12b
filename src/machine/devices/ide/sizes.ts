/** How much the controller takes at a time: what its states may hold. */

export const SECTOR_SIZE = 512;
export const MOST_SECTORS = 256;
export const MOST_REGIONS = 512;
