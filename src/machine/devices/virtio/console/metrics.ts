/** What a console counts. */
export const CONSOLE_COUNTERS = ['bytesIn', 'bytesOut', 'truncatedBytes', 'pauses'] as const;

export type ConsoleCounter = (typeof CONSOLE_COUNTERS)[number];
