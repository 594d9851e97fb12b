/** How the parameter of an address that says what a dashboard shows looks, before it is read: the list of views is loaded first and knows no more of it. */
export const CHARTS_PATTERN: RegExp = /^[A-Za-z0-9_*/:.-]{1,1500}$/;
