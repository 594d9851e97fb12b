/** The drawing of a walk: the bits of the address, and the grid of the entries that are read. */
import { useTranslation } from 'react-i18next';
import type { EntryFlags, WalkResult, WalkStep } from '#bridge/protocol/answers';
import { groupedHex } from '../../../kit/format.ts';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import texts from '../../../kit/texts.module.css';
import css from './walk-grid.module.css';

/** Sv39: three times nine bits of index, twelve of offset (privileged spec, "Sv39 virtual address"). */
const PARTS = [
  { key: 'vpn2', high: 38, low: 30 },
  { key: 'vpn1', high: 29, low: 21 },
  { key: 'vpn0', high: 20, low: 12 },
  { key: 'offset', high: 11, low: 0 },
] as const;

/** Flags as letters from the most significant bit, a dash for a clear one. */
export function flagLetters(flags: EntryFlags): string {
  return (['d', 'a', 'g', 'u', 'x', 'w', 'r', 'v'] as const)
    .map((flag) => (flags[flag] ? flag.toUpperCase() : '-'))
    .join('');
}

export function AddressBits({ address, stage }: { readonly address: string; readonly stage: 'VS' | 'G' }) {
  const { t } = useTranslation();
  const value = BigInt(address);
  return (
    <div className={css['bits']} role="img" aria-label={t('walk.bitsLabel', { address })} data-stage={stage}>
      {PARTS.map((part) => {
        const index = (value >> BigInt(part.low)) & ((1n << BigInt(part.high - part.low + 1)) - 1n);
        return (
          <span key={part.key} data-part={part.key} style={{ flexGrow: part.high - part.low + 1 }}>
            <small>
              {t(`walk.${part.key}`)} [{part.high}:{part.low}]
            </small>
            <b className={texts['mono']}>
              {part.key === 'offset' ? `0x${index.toString(16)}` : index.toString()}
            </b>
          </span>
        );
      })}
    </div>
  );
}

interface CellProps {
  readonly step: WalkStep | undefined;
  readonly index: number;
  readonly chosen: boolean;
  readonly onChoose: (index: number) => void;
}

function Cell({ step, index, chosen, onChoose }: CellProps) {
  const { t } = useTranslation();
  if (step === undefined) return <td />;
  const where = step.entrySpa ?? step.entryGpa ?? '0x0';
  return (
    <td>
      <button
        type="button"
        className={css['cell']}
        data-testid="walk-cell"
        data-stage={step.stage}
        data-kind={step.kind}
        aria-pressed={chosen}
        onClick={() => onChoose(index)}
        title={t('walk.cellLabel', {
          number: index + 1,
          stage: step.stage,
          level: step.level,
          where,
          value: step.value,
          kind: t(`walk.kind.${step.kind}`),
        })}
      >
        <span className={css['number']}>{index + 1}</span>
        <span className={css['stage']}>
          {step.stage} {step.level}
          <small>[{step.index}]</small>
        </span>
        <span className={`${texts['mono']} ${css['value']}`}>{groupedHex(step.value)}</span>
        <span className={`${texts['mono']} ${css['flags']}`}>{flagLetters(step.flags)}</span>
      </button>
    </td>
  );
}

/** Rows of the grid: what the G-stage does for a VS-stage entry, the entry itself; the last row is for the address. */
interface Row {
  readonly key: string;
  readonly vsLevel: number;
  readonly gSteps: ReadonlyMap<number, number>;
  readonly vsStep: number | undefined;
}

function rowsOf(walk: WalkResult): Row[] {
  const rows: Row[] = [];
  for (const vsLevel of [2, 1, 0, -1]) {
    const gSteps = new Map<number, number>();
    let vsStep: number | undefined;
    walk.steps.forEach((step, index) => {
      if (step.stage === 'G' && step.forVsLevel === vsLevel) gSteps.set(step.level, index);
      if (step.stage === 'VS' && step.level === vsLevel) vsStep = index;
    });
    if (gSteps.size > 0 || vsStep !== undefined) rows.push({ key: String(vsLevel), vsLevel, gSteps, vsStep });
  }
  return rows;
}

interface GridProps {
  readonly walk: WalkResult;
  readonly chosen: number | null;
  readonly onChoose: (index: number) => void;
}

export function WalkGrid({ walk, chosen, onChoose }: GridProps) {
  const { t } = useTranslation();
  const cell = (index: number | undefined) => (
    <Cell
      step={index === undefined ? undefined : walk.steps[index]}
      index={index ?? 0}
      chosen={index !== undefined && index === chosen}
      onChoose={onChoose}
    />
  );
  return (
    <ScrollX label={t('walk.gridLabel')}>
      <table className={css['grid']}>
        <caption className={texts['sr-only']}>{t('walk.gridLabel')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('walk.for')}</th>
            <th scope="col">{t('walk.gLevel', { level: 2 })}</th>
            <th scope="col">{t('walk.gLevel', { level: 1 })}</th>
            <th scope="col">{t('walk.gLevel', { level: 0 })}</th>
            <th scope="col">{t('walk.vsEntry')}</th>
          </tr>
        </thead>
        <tbody>
          {rowsOf(walk).map((row) => (
            <tr key={row.key}>
              <th scope="row">
                {row.vsLevel < 0 ? t('walk.forFinal') : t('walk.forEntry', { level: row.vsLevel })}
              </th>
              {cell(row.gSteps.get(2))}
              {cell(row.gSteps.get(1))}
              {cell(row.gSteps.get(0))}
              {row.vsLevel < 0 ? (
                <td className={css['end']} data-ok={walk.spa !== undefined || undefined}>
                  <span className={texts['mono']}>
                    {walk.spa === undefined ? t('walk.noSpa') : groupedHex(walk.spa)}
                  </span>
                </td>
              ) : (
                cell(row.vsStep)
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}
