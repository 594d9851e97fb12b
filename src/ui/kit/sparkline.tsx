/** A curve of the last seconds, small enough for a node. Decoration: the number stands beside it. */

interface Props {
  readonly values: readonly number[];
  readonly max: number;
  readonly color: string;
  readonly width: number;
  readonly height: number;
}

export function Sparkline({ values, max, color, width, height }: Props) {
  const count = Math.max(2, values.length);
  const known = values.flatMap((value, index) => (Number.isNaN(value) ? [] : [{ value, index }]));
  const left = ((known[0]?.index ?? 0) / (count - 1)) * width;
  const points = known
    .map(({ value, index }) => {
      const y = height - 1 - Math.min(1, Math.max(0, value / max)) * (height - 2);
      return `${((index / (count - 1)) * width).toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
  return (
    <svg className="sparkline" width={width} height={height} aria-hidden="true">
      {known.length > 1 ? (
        <>
          <polygon
            points={`${left.toFixed(1)},${height} ${points} ${width},${height}`}
            fill={color}
            opacity={0.16}
          />
          <polyline points={points} fill="none" stroke={color} strokeWidth={1.3} />
        </>
      ) : null}
    </svg>
  );
}
