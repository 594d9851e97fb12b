/**
 * For people who look from afar: the type is larger, only one panel is there, and what is clicked or pressed is shown, by its name.
 * Nothing of it changes what a click does.
 */
import { Button, Kbd } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChoices } from '../state/choices.ts';
import css from './presenter.module.css';

/** What is said stays so long. */
const SHOWN_MS = 1800;
const LONGEST_NAME = 60;
/** Keys that mean something to the page; what is typed into it is nobody's business. */
const KEYS = /^(F\d+|Escape|Enter|\?)$/;

interface Told {
  readonly kind: 'click' | 'key';
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** How a person would call what they click on: its label, else its text. */
export function nameOf(target: Element): string {
  const named = target.closest('[aria-label], [title], button, a, [role="tab"], [role="row"], label');
  const text = named?.getAttribute('aria-label') ?? named?.textContent?.trim() ?? '';
  const name = text === '' ? (named?.getAttribute('title') ?? '') : text;
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
}

function keyName({ key, ctrlKey, metaKey, shiftKey }: KeyboardEvent): string | undefined {
  const isChord = (ctrlKey || metaKey) && key.length === 1;
  if (!isChord && !KEYS.test(key)) return undefined;
  return `${ctrlKey || metaKey ? 'Ctrl+' : ''}${shiftKey && key.length > 1 ? 'Shift+' : ''}${isChord ? key.toUpperCase() : key}`;
}

/** The newest click or key, for a while. */
function useTold(): Told | null {
  const [told, setTold] = useState<Told | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = (next: Told): void => {
      clearTimeout(timer);
      setTold(next);
      timer = setTimeout(() => setTold(null), SHOWN_MS);
    };
    const click = ({ target, clientX: x, clientY: y }: PointerEvent): void => {
      if (target instanceof Element) tell({ kind: 'click', text: nameOf(target), x, y });
    };
    const press = (event: KeyboardEvent): void => {
      const text = keyName(event);
      if (text !== undefined) tell({ kind: 'key', text, x: 0, y: 0 });
    };
    window.addEventListener('pointerdown', click, true);
    window.addEventListener('keydown', press, true);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('pointerdown', click, true);
      window.removeEventListener('keydown', press, true);
    };
  }, []);
  return told;
}

function Shown() {
  const { t } = useTranslation();
  const told = useTold();
  return (
    <>
      {told?.kind === 'click' ? <div className={css['ring']} style={{ left: told.x, top: told.y }} /> : null}
      <div className={css['bar']}>
        <output className={css['told']}>
          {told === null || told.text === '' ? null : told.kind === 'key' ? (
            <Kbd>{told.text}</Kbd>
          ) : (
            told.text
          )}
        </output>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => useChoices.getState().setPresenting(false)}
        >
          {t('present.end')}
        </Button>
      </div>
    </>
  );
}

export function Presenter() {
  const isPresenting = useChoices((state) => state.isPresenting);
  useEffect(() => {
    document.documentElement.toggleAttribute('data-presenting', isPresenting);
  }, [isPresenting]);
  return isPresenting ? <Shown /> : null;
}
