/** A labelled bar: how much of something is used, with the numbers in words and thresholds in colour. */
import type { ReactNode } from 'react';
import css from './meter.module.css';

interface MeterProps {
  readonly label: string;
  readonly text: string;
  /** 0..1; more is drawn full. Null: not known. Left out: there is nothing that it could be a share of, and no bar. */
  readonly fraction?: number | null;
  /** Where the number comes from, on hover. */
  readonly source?: string;
  readonly color?: string;
  /** From here on amber and red; none for values that are fine at 100 %. */
  readonly warnAt?: number;
  readonly failAt?: number;
}

export function Meter({ label, text, fraction, source, color, warnAt, failAt }: MeterProps) {
  const share = Math.min(1, Math.max(0, Number.isFinite(fraction) ? (fraction ?? 0) : 0));
  const level =
    failAt !== undefined && share >= failAt
      ? 'fail'
      : warnAt !== undefined && share >= warnAt
        ? 'warn'
        : 'calm';
  return (
    <div title={source}>
      <div className={css['words']}>
        <span className={css['label']}>{label}</span>
        <span className={css['text']}>{text}</span>
      </div>
      {fraction === undefined ? null : (
        // biome-ignore lint/a11y/useSemanticElements: a native meter looks different in every browser
        <div
          className={css['track']}
          data-unknown={fraction === null || undefined}
          role="meter"
          aria-label={label}
          aria-valuetext={text}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(share * 100)}
        >
          <div
            className={css['fill']}
            data-level={level}
            style={{
              transform: `scaleX(${share})`,
              ...(color !== undefined && level === 'calm' ? { background: color } : {}),
            }}
          />
        </div>
      )}
    </div>
  );
}

/** Meters side by side, as many as there is room for. */
export function MeterGrid({ children }: { readonly children: ReactNode }) {
  return <div className={css['meters']}>{children}</div>;
}
