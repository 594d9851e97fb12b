/** Keys that a phone has not got. Ctrl and Alt are held until the next key. */
import css from './console.module.css';
import type { Held } from './typed.ts';

/** `arrow`: the final letter of its sequence, which programs can change the beginning of (DECCKM). */
const KEYS = [
  { label: 'Esc', text: '\u001b' },
  { label: 'Tab', text: '\t' },
  { label: '↑', arrow: 'A' },
  { label: '↓', arrow: 'B' },
  { label: '←', arrow: 'D' },
  { label: '→', arrow: 'C' },
  { label: 'Ctrl+C', text: '\u0003' },
  { label: 'Ctrl+D', text: '\u0004' },
] as const;

interface Props {
  readonly held: Held;
  readonly onHold: (held: Held) => void;
  readonly onKey: (text: string) => void;
  /** A program has changed what arrows send. */
  readonly ownArrows: () => boolean;
}

export function TouchKeys({ held, onHold, onKey, ownArrows }: Props) {
  return (
    // The field keeps the focus, or the keyboard would go away at each of these.
    <div className={css['keys']} onPointerDown={(event) => event.preventDefault()}>
      <button type="button" aria-pressed={held.ctrl} onClick={() => onHold({ ...held, ctrl: !held.ctrl })}>
        Ctrl
      </button>
      <button type="button" aria-pressed={held.alt} onClick={() => onHold({ ...held, alt: !held.alt })}>
        Alt
      </button>
      {KEYS.map((key) => (
        <button
          type="button"
          key={key.label}
          onClick={() => onKey('arrow' in key ? `\u001b${ownArrows() ? 'O' : '['}${key.arrow}` : key.text)}
        >
          {key.label}
        </button>
      ))}
    </div>
  );
}
