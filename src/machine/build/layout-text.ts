/** Renders the layout of the engine area, the bits of optional extensions and the table of costs as constants for the engine's AssemblyScript. */
import { extensionBit, OPTIONAL_EXTENSIONS } from '#isa/extensions';
import { COSTS } from '../cycles.ts';
import {
  BREAK_SIZE,
  DECODED_PAGE_SIZE,
  DECODED_PAGES,
  LAYOUT,
  LEFT_SPACE_SIZE,
  LEFT_SPACES,
  MAX_HARTS,
  POOL_SEGMENTS,
  RAM_OFFSET,
  REMEMBERED_PAGES,
  SAMPLE_SIZE,
  SAMPLES,
  TLB_ARRAY_SIZE,
  TLB_ENTRIES,
  TLB_HART_SIZE,
  TRAP_CAUSES,
  WINDOW,
  WINDOW_SIZE,
} from '../layout.ts';

const CONSTANTS: Readonly<Record<string, number>> = {
  ...{ MAX_HARTS, TLB_ENTRIES, TLB_ARRAY_SIZE, TLB_HART_SIZE, WINDOW, WINDOW_SIZE },
  ...{ DECODED_PAGES, DECODED_PAGE_SIZE, POOL_SEGMENTS, RAM_OFFSET, SAMPLES, SAMPLE_SIZE, BREAK_SIZE },
  ...{ LEFT_SPACES, LEFT_SPACE_SIZE, TRAP_CAUSES, REMEMBERED_PAGES },
};

/** The text of `generated/layout.ts`. */
export function layoutText(): string {
  const line = (name: string, value: number): string =>
    `export const ${name}: u32 = 0x${value.toString(16)};`;
  return `// Generated from machine/layout.ts and machine/cycles.ts by machine/build/layout-text.ts.
${Object.entries(CONSTANTS)
  .map(([name, value]) => line(name, value))
  .join('\n')}
${OPTIONAL_EXTENSIONS.map((name) => line(`HAS_${name.toUpperCase()}`, extensionBit(name))).join('\n')}
${COSTS.map(({ name, cycles, text }) => `export const CYCLES_${name}: i64 = ${cycles}; // ${text}`).join('\n')}
${LAYOUT.map(({ name, address }) => line(name, address)).join('\n')}
`;
}
