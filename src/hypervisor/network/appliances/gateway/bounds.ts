/** What the settings of a gateway are checked against, without its code. */

/** Addresses that it can have given at a time. */
export const MOST_LEASES = 1024;
/** Places of the built-in internet. */
export const SITE_IDS = ['web', 'far-web', 'echo', 'time', 'names'] as const;
