/** Which curve has which colour; pressing one hides it. */
import { useTranslation } from 'react-i18next';
import legend from '../../kit/legend.module.css';
import { Swatch } from '../../kit/swatch.tsx';
import texts from '../../kit/texts.module.css';
import css from './chart.module.css';
import type { ChartLine } from './curves.ts';

interface Props {
  readonly lines: readonly ChartLine[];
  /** Keys of lines that are not drawn. */
  readonly hidden: ReadonlySet<string>;
  readonly onChange: (hidden: ReadonlySet<string>) => void;
}

export function ChartLegend({ lines, hidden, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <div className={legend['legend']}>
      {lines.map(({ key, label, color }) => (
        <button
          key={key}
          type="button"
          className={`${legend['item']} ${css['toggle']}`}
          aria-pressed={!hidden.has(key)}
          title={t('charts.toggle')}
          onClick={() => {
            const next = new Set(hidden);
            if (!next.delete(key)) next.add(key);
            onChange(next);
          }}
        >
          <Swatch color={color} />
          <span className={`${texts['name']} ${legend['name']}`} title={label}>
            {label}
          </span>
        </button>
      ))}
    </div>
  );
}
