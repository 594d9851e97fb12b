/**
 * Keyboard shortcuts of the page. They are off while a text field or a terminal has the focus, except those with a
 * function key outside a terminal.
 */
import { useEffect, useRef } from 'react';

/** Name of a key as `KeyboardEvent.key`, with `Ctrl+` in front where it is pressed (or ⌘); behind that, and for function keys, also `Shift+`. */
export type ShortcutTable = Readonly<Record<string, () => void>>;

function isTerminal(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[data-terminal]') !== null;
}

function isEditable(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('input, textarea, select, [contenteditable="true"]') !== null
  );
}

function isFunctionKey({ key }: KeyboardEvent): boolean {
  return /^F\d+$/.test(key);
}

function nameOf(event: KeyboardEvent): string {
  if (isFunctionKey(event)) {
    const control = event.ctrlKey || event.metaKey ? 'Ctrl+' : '';
    return `${control}${event.shiftKey ? 'Shift+' : ''}${event.key}`;
  }
  if (!(event.ctrlKey || event.metaKey)) return event.key;
  return `Ctrl+${event.shiftKey ? 'Shift+' : ''}${event.key.toLowerCase()}`;
}

/** Listens while the component is there. */
export function useShortcuts(table: ShortcutTable): void {
  const latest = useRef(table);
  latest.current = table;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const action = latest.current[nameOf(event)];
      if (action === undefined || event.altKey || isTerminal(event.target)) return;
      if (isEditable(event.target) && !isFunctionKey(event)) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
