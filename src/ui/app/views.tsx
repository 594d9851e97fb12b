/** The views that this page has, for those parts of the frame that are made of them. */
import { createContext, type ReactNode, useContext } from 'react';
import { useChoices } from '../state/choices.ts';
import { viewOf } from '../state/routes.ts';
import type { View } from '../views/view.ts';

const Context = createContext<readonly View[]>([]);

export function ViewsProvider({
  views,
  children,
}: {
  readonly views: readonly View[];
  readonly children: ReactNode;
}) {
  return <Context value={views}>{children}</Context>;
}

/** All of them, in the order of the registry. */
export function useViews(): readonly View[] {
  return useContext(Context);
}

/** The one that the person looks at. */
export function useCurrentView(): View {
  return viewOf(
    useViews(),
    useChoices((state) => state.route),
  );
}
