/**
 * What a chart's slider says to who does not see it. It is written beside React, since a chart draws without being rendered: when somebody
 * comes to it, and by what is done in it; at each draw it would be read out, and a lab in which nothing happens would change the page.
 */
export interface SliderValues {
  readonly fromNs: number;
  readonly toNs: number;
  readonly atNs: number;
  readonly text: string;
}

export function writeSlider(
  slider: Pick<HTMLElement, 'setAttribute'> | null,
  { fromNs, toNs, atNs, text }: SliderValues,
): void {
  slider?.setAttribute('aria-valuemin', `${fromNs / 1e9}`);
  slider?.setAttribute('aria-valuemax', `${toNs / 1e9}`);
  slider?.setAttribute('aria-valuenow', `${atNs / 1e9}`);
  slider?.setAttribute('aria-valuetext', text);
}
