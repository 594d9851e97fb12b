/** A small square in the colour of what is named beside it. Decoration: the name carries the meaning. */
import css from './swatch.module.css';

interface Props {
  /** None: what is free. */
  readonly color?: string;
  readonly size?: 'small' | 'large';
}

export function Swatch({ color, size = 'small' }: Props) {
  return (
    <span
      className={css['swatch']}
      data-size={size}
      data-free={color === undefined || undefined}
      style={color === undefined ? undefined : { background: color }}
    />
  );
}
