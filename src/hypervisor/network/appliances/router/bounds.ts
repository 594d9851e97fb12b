/** What the settings of a router are checked against, without its code. */

export const MOST_INTERFACES = 32;
export const MOST_ROUTES = 64;
