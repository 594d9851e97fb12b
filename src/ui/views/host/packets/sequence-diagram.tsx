/** Packets as arrows between ports, or between addresses where ports were not seen: time goes downwards, evenly. */
import { type CSSProperties, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import texts from '../../../kit/texts.module.css';
import { useWidth } from '../../../kit/use-width.ts';
import { protocolColor } from '../../../parts/protocol-color.ts';
import { timeText } from '../../../parts/time-text.ts';
import { type Arrow, arrowsOf, type PacketRow } from './packet-rows.ts';
import css from './packets.module.css';

/** From one lane to the next: as much as there is room for, within these. */
const LEAST_LANE = 150;
const MOST_LANE = 460;
/** Where the first one is, behind the times, and how much is free behind the last for what stands above it. */
const FIRST_LANE = 130;
const BEHIND_LAST = 70;
/** What a sign takes; of what is chosen, in bold type. */
const SIGN = 6.6;
const BOLD_SIGN = 7.5;
const LINE = 30;
const HEAD = 34;

interface Props {
  readonly all: readonly PacketRow[];
  readonly shown: readonly PacketRow[];
  readonly chosen: PacketRow | undefined;
  readonly onChoose: (row: PacketRow) => void;
}

export function SequenceDiagram(props: Props) {
  const [place, room] = useWidth<HTMLDivElement>();
  return <div ref={place}>{room === 0 ? null : <Diagram {...props} room={room} />}</div>;
}

interface DiagramProps extends Props {
  /** As wide as it may be without scrolling. */
  readonly room: number;
}

function Diagram({ all, shown, chosen, onChoose, room }: DiagramProps) {
  const { t } = useTranslation();
  const { lanes, arrows } = useMemo(() => arrowsOf(all, shown), [all, shown]);
  if (arrows.length === 0) return <p className={texts['quiet']}>{t('packets.nothing')}</p>;
  const free = (room - FIRST_LANE - BEHIND_LAST) / Math.max(1, lanes.length - 1);
  const apart = Math.min(MOST_LANE, Math.max(LEAST_LANE, free));
  const x = (lane: string): number => FIRST_LANE + lanes.indexOf(lane) * apart;
  const width = FIRST_LANE + (lanes.length - 1) * apart + BEHIND_LAST;
  const height = HEAD + arrows.length * LINE + 10;
  return (
    <ScrollX label={t('packets.sequence')}>
      <svg
        className={css['sequence']}
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={t('packets.sequenceOf', { count: arrows.length, lanes: lanes.join(', ') })}
        data-testid="sequence"
      >
        {lanes.map((lane) => (
          <g key={lane}>
            <text x={x(lane)} y={16} textAnchor="middle" className={css['lane']}>
              {lane}
            </text>
            <line x1={x(lane)} x2={x(lane)} y1={HEAD - 10} y2={height} className={css['life']} />
          </g>
        ))}
        {arrows.map((arrow, index) => (
          <Line
            key={arrow.row.seen.serial}
            arrow={arrow}
            y={HEAD + index * LINE + 16}
            x={x}
            apart={apart}
            time={timeText(arrow.row.seen.at)}
            isChosen={arrow.row === chosen}
            onChoose={() => onChoose(arrow.row)}
          />
        ))}
      </svg>
    </ScrollX>
  );
}

interface LineProps {
  readonly arrow: Arrow;
  readonly y: number;
  readonly x: (lane: string) => number;
  /** From one lane to the next. */
  readonly apart: number;
  readonly time: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Line({ arrow, y, x, apart, time, isChosen, onChoose }: LineProps) {
  const { row, from, to, isDropped } = arrow;
  const start = x(from);
  const { protocol, info } = row.summary;
  const ends = to.filter((each) => each !== from).map(x);
  const label = `${protocol} ${info}`;
  const span = ends.length === 0 ? apart : Math.abs(ends[0]! - start);
  const most = Math.floor((span - 16) / (isChosen ? BOLD_SIGN : SIGN));
  const text = label.length > most ? `${label.slice(0, most - 1)}…` : label;
  const middle = ends.length === 0 ? start + 8 : (start + ends[0]!) / 2;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the list of packets is the same for the keyboard
    <g
      className={css['arrow']}
      style={{ '--protocol': protocolColor(protocol) } as CSSProperties}
      data-dropped={isDropped || undefined}
      data-chosen={isChosen || undefined}
      onClick={onChoose}
    >
      <title>{`${time} ${label}`}</title>
      <text x={4} y={y + 4} className={css['when']}>
        {time}
      </text>
      {ends.map((end) => {
        const back = end > start ? -7 : 7;
        return (
          <g key={end}>
            <line x1={start} x2={end} y1={y} y2={y} />
            <path d={`M${end} ${y}l${back} -4v8z`} />
          </g>
        );
      })}
      {isDropped ? <path d={`M${start + 34} ${y - 5}l10 10m0 -10l-10 10M${start} ${y}h34`} /> : null}
      <text x={middle} y={y - 4} textAnchor={ends.length === 0 ? 'start' : 'middle'}>
        {text}
      </text>
    </g>
  );
}
