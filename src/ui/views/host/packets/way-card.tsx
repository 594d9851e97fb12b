/** The way of a frame through the host: each step with where it was, and what was decided there. */
import { useTranslation } from 'react-i18next';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { askWay, type WayStep } from '../../../parts/ask-way.ts';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat, useLab } from '../../../parts/lab.tsx';
import { timeText } from '../../../parts/time-text.ts';
import { decisionText, stepPlaces } from '../../../parts/way-text.ts';

/** What was seen does not change any more, but more may come of it. */
const EVERY_MS = 1000;

/** Behind another step there is more of a way, which a capture of some ports does not see. */
const ENDS: ReadonlySet<WayStep['kind']> = new Set(['delivered', 'received', 'dropped']);

interface Props {
  readonly host: number;
  /** Of the capture. */
  readonly name: string;
  /** The serial of the frame's first point; or, with a filter, from where the next frame is waited for that it means. */
  readonly from: number;
  readonly filter?: string;
}

export function WayCard({ host, name, from, filter }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const lab = useLab();
  const format = useFormat();
  const { value, error } = useAnswer(
    () => askWay(client, lab, host, { name, from, ...(filter === undefined ? {} : { filter }) }),
    EVERY_MS,
    [host, name, from, filter, lab],
  );
  if (error !== null) return <ErrorAlert error={error} />;
  if (value === null) return null;
  const { way } = value;
  if (way === null || (filter === undefined && way.serial !== from))
    return <p className={texts['quiet']}>{t(filter === undefined ? 'packets.noWay' : 'packets.waiting')}</p>;
  const { steps } = way;
  const last = steps.at(-1)?.kind;
  const isOver = last !== undefined && ENDS.has(last);
  const places = stepPlaces(lab, steps);
  return (
    <>
      <ScrollX label={t('packets.way')}>
        <table className={table['table']} data-testid="way">
          <thead>
            <tr>
              {(['time', 'port', 'step', 'decision'] as const).map((column) => (
                <th key={column}>{t(`packets.wayColumn.${column}`)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {steps.map((step, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps never change places
              <tr key={index} data-step={step.kind}>
                <td className={texts['mono']}>{timeText(step.at)}</td>
                <td>{places[index]}</td>
                <td>{t(`packets.step.${step.kind}`)}</td>
                <td>{decisionText(t, format, step)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      {isOver ? null : <p className={texts['quiet']}>{t('packets.wayGoesOn')}</p>}
    </>
  );
}
