/**
 * Components whose code comes when they are wanted, or before that, once the page has nothing else to do: they are there at once then.
 * React's `lazy` is not used for it: it shows that something is being waited for even when the code is here, and holds back what takes
 * its place for a third of a second.
 */
import { type ComponentType, useEffect, useState } from 'react';
import { whenIdle } from './when-idle.ts';

/** A module that has it as its default. */
interface Loaded<Props> {
  readonly default: ComponentType<Props>;
}

const ahead: (() => Promise<unknown>)[] = [];
let fetchWhatAllNeed = async (): Promise<unknown> => undefined;

/** Says what each of them needs beside its code, such as texts: none is shown before that is here. */
export function allNeed(fetch: () => Promise<unknown>): void {
  fetchWhatAllNeed = fetch;
}

function Nothing(): null {
  return null;
}

/** A component that comes when it is wanted; what is shown `meanwhile` stands in its place. */
export function later<Props extends object>(
  load: () => Promise<Loaded<Props>>,
  Meanwhile: ComponentType = Nothing,
): ComponentType<Props> {
  return laterBy(fetching(load), Meanwhile);
}

/** The same, fetched with {@link fetchAhead} if nobody has wanted it before. */
export function soon<Props extends object>(
  load: () => Promise<Loaded<Props>>,
  Meanwhile: ComponentType = Nothing,
): ComponentType<Props> {
  const code = fetching(load);
  ahead.push(code.fetch);
  return laterBy(code, Meanwhile);
}

interface Code<Props> {
  /** Once it is here. */
  component(): ComponentType<Props> | undefined;
  fetch(): Promise<ComponentType<Props>>;
}

function fetching<Props>(load: () => Promise<Loaded<Props>>): Code<Props> {
  let component: ComponentType<Props> | undefined;
  return {
    component: () => component,
    async fetch() {
      if (component !== undefined) return component;
      const [module] = await Promise.all([load(), fetchWhatAllNeed()]);
      component = module.default;
      return component;
    },
  };
}

function laterBy<Props extends object>(code: Code<Props>, Meanwhile: ComponentType): ComponentType<Props> {
  return function Later(props: Props) {
    const [found, setFound] = useState(() => ({ Component: code.component(), error: undefined as unknown }));
    const isHere = found.Component !== undefined;
    useEffect(() => {
      if (isHere) return;
      let live = true;
      const tell = (what: typeof found): void => {
        if (live) setFound(what);
      };
      code.fetch().then(
        (Component) => tell({ Component, error: undefined }),
        (error: unknown) => tell({ Component: undefined, error: error ?? new Error() }),
      );
      return () => {
        live = false;
      };
    }, [isHere]);
    // What cannot be had is a mistake of what wanted it, where that is caught; trying again asks for it again.
    if (found.error !== undefined) throw found.error;
    const { Component } = found;
    return Component === undefined ? <Meanwhile /> : <Component {...props} />;
  };
}

/** Fetches what is there for it, one after the other; what cannot be had is asked for again when it is wanted. */
export async function fetchAhead(): Promise<void> {
  for (const fetch of ahead) {
    await whenIdle();
    await fetch().catch(() => undefined);
  }
}
