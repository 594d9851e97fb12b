/**
 * Keyboard shortcuts of the page. They are off while a text field or a terminal has the focus, except those with a
 * function key outside a terminal.
 */
import { useEffect, useRef } from 'react';

/** Name of a key as `KeyboardEvent.key`, with `Ctrl+` in front where it is pressed (or ⌘). */
export type ShortcutTable = Readonly<Record<string, () => void>>;

function isTerminal(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[data-terminal]') !== null;
}

function isEditable(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('input, textarea, select, [contenteditable="true"]') !== null
  );
}

/** Listens while the component is there. */
export function useShortcuts(table: ShortcutTable): void {
  const latest = useRef(table);
  latest.current = table;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const control = event.ctrlKey || event.metaKey;
      const key = control ? `Ctrl+${event.key.toLowerCase()}` : event.key;
      const action = latest.current[key];
      if (action === undefined || event.altKey || isTerminal(event.target)) return;
      if (isEditable(event.target) && !/^F\d+$/.test(event.key)) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
