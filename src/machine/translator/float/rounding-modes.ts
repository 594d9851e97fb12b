/** Rounding modes as instructions encode them (unprivileged spec 20.2, table 29). */
export const RNE = 0;
export const RTZ = 1;
export const RDN = 2;
export const RUP = 3;
export const DYNAMIC = 7;
