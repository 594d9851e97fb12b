/**
 * Input that is no press of a key: soft keyboards, input methods, corrections, dictation. It is read from how the text of the
 * terminal's hidden field changes. xterm's own reading takes a replacement for an insertion and several deleted characters for one
 * (6.0.0, CompositionHelper), so such events do not reach it; presses of real keys do.
 */
import { typedBy } from './typed.ts';

/** The code of a key that an input method handles (UI Events, §"Legacy Key & Mouse Event Attributes"). */
const BY_INPUT_METHOD = 229;
const DELETE = '\u007f';

export interface SoftInput {
  /** Something else was typed: what the field has is no longer what stands before the guest's cursor. */
  forget(): void;
  end(): void;
}

/** Guards the field in a terminal's element. */
export function guardSoftInput(
  element: HTMLElement,
  field: HTMLTextAreaElement,
  type: (text: string) => void,
): SoftInput {
  /** What the guest has of the field's text. */
  let known = field.value;
  /** A real key was pressed: xterm types it, and what it puts into the field counts for nothing. */
  let isByKey = false;
  let isComposing = false;
  const preview = document.createElement('div');
  preview.className = 'composition-view';
  field.after(preview);

  const forget = (): void => {
    field.value = '';
    known = '';
  };
  const read = (): void => {
    if (isComposing || field.value === known) return;
    const text = typedBy(known, field.value);
    known = field.value;
    if (text !== '') type(text);
    // The guest begins a new line; so does the field.
    if (text.includes('\r')) forget();
  };
  const show = (text: string): void => {
    preview.textContent = text;
    preview.classList.toggle('active', text !== '');
    preview.style.left = field.style.left;
    preview.style.top = field.style.top;
  };

  const keydown = (event: KeyboardEvent): void => {
    isByKey = event.keyCode !== BY_INPUT_METHOD && !event.isComposing;
    if (!isByKey) {
      event.stopPropagation();
      // Some keyboards tell of no change but by this key.
      setTimeout(read);
    } else if (event.key.length > 1 || event.ctrlKey || event.altKey || event.metaKey) forget();
  };
  const keyup = (): void => {
    isByKey = false;
  };
  const beforeInput = (event: InputEvent): void => {
    // There is nothing to delete in the field, but there may be at the guest.
    if (isByKey || isComposing || field.value !== '' || !event.inputType.startsWith('deleteContentBackward'))
      return;
    event.preventDefault();
    type(DELETE);
  };
  const input = (event: Event): void => {
    event.stopPropagation();
    if (isByKey) forget();
    else read();
  };
  const composition = (event: CompositionEvent): void => {
    event.stopPropagation();
    isComposing = event.type !== 'compositionend';
    show(isComposing ? event.data : '');
    if (!isComposing) read();
  };

  const ends = [
    listen(element, 'keydown', keydown),
    listen(element, 'keyup', keyup),
    listen(element, 'beforeinput', beforeInput),
    listen(element, 'input', input),
    listen(element, 'compositionstart', composition),
    listen(element, 'compositionupdate', composition),
    listen(element, 'compositionend', composition),
    listen(element, 'focusout', forget),
  ];
  return {
    forget,
    end() {
      for (const end of ends) end();
      preview.remove();
    },
  };
}

/** Before xterm, which listens on the field itself. */
function listen<Type extends keyof HTMLElementEventMap>(
  element: HTMLElement,
  type: Type,
  listener: (event: HTMLElementEventMap[Type]) => void,
): () => void {
  element.addEventListener(type, listener, true);
  return () => element.removeEventListener(type, listener, true);
}
