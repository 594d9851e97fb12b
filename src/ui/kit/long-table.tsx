/** What tables have of which only the rows on the screen are there (`use-row-window.ts`): the height of a row, and what stands for the others. */
import { useMedia } from './media.ts';

/** Of a row, in pixels: for a mouse, and for fingers (WCAG 2.5.8). */
const ROW_HEIGHT = { fine: 22, coarse: 40 } as const;

export function useRowHeight(): number {
  return useMedia('(pointer: coarse)') ? ROW_HEIGHT.coarse : ROW_HEIGHT.fine;
}

/** Stands for the rows that are not on the screen. */
export function Gap({ height, columns }: { readonly height: number; readonly columns: number }) {
  return height <= 0 ? null : (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row of nothing has no focus
    <tr aria-hidden="true" style={{ height }}>
      <td colSpan={columns} />
    </tr>
  );
}
