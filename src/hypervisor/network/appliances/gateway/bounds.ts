/** What the settings of a gateway are checked against, without its code. */

/** Addresses that it can have given in a network at a time. */
export const MOST_LEASES = 1024;
/** Networks behind routers. */
export const MOST_GATEWAY_ROUTES = 16;
/** Places of the built-in internet. */
export const SITE_IDS = ['web', 'far-web', 'echo', 'time', 'names'] as const;
