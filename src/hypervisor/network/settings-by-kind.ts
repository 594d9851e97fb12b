/** Settings of stages and of parts of switches, each under the name of its kind. */
import type { Settings } from '#base/scenario';

/** These with others for one of them; without, it has none. */
export function withSettings(
  all: Readonly<Record<string, Settings>>,
  id: string,
  settings: Settings | undefined,
): Readonly<Record<string, Settings>> {
  const { [id]: _, ...others } = all;
  return settings === undefined ? others : { ...others, [id]: settings };
}
