/**
 * Packets drawn as they pass, over the links of the graph: only such as were delivered, coloured by protocol, each a way to what is in it.
 * At most so many at once; how many there were is said beside it.
 */
import { Panel, useReactFlow, ViewportPortal } from '@xyflow/react';
import { type CSSProperties, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabDescription, PassingFrame } from '#bridge/protocol/answers';
import { happens, onFrames, useFrames } from '../../../../kit/frame-clock.ts';
import { useMedia } from '../../../../kit/media.ts';
import { useClient, useFormat } from '../../../../parts/lab.tsx';
import { protocolColor } from '../../../../parts/protocol-color.ts';
import { switchKey } from '../layout.ts';
import css from './passing.module.css';
import { Player } from './player.ts';
import { type Dot, placeOf, Schedule, some } from './schedule.ts';

/** Drawn at once. */
const MOST_DOTS = 40;
/** Asked of a host each time. */
const ASKED = 120;
const ASKS_PER_SECOND = 4;
/** A way takes so long on the screen, at least. */
const WAY_MS = 900;
const DRAWS_PER_SECOND = 30;
/** Where nothing is to move. */
const STILL_PER_SECOND = 4;
/** Answers of which is said how much of them is drawn. */
const TOLD_ANSWERS = 8;

interface Told {
  readonly shown: number;
  readonly delivered: number;
}

interface Passing {
  readonly dots: readonly Dot[];
  readonly player: Player;
  readonly told: readonly Told[];
}

/** Where the questions to a host stand. */
interface Asked {
  next: number;
  delivered: number;
}

function usePassing(lab: LabDescription): Passing & { readonly forget: () => void } {
  const flow = useReactFlow();
  const client = useClient();
  const player = useRef(new Player()).current;
  const [dots, setDots] = useState<readonly Dot[]>([]);
  const [told, setTold] = useState<readonly Told[]>([]);
  const drawn = useRef(dots);
  drawn.current = dots;
  const latest = useRef(lab);
  latest.current = lab;
  useEffect(() => {
    let [live, asking, askedAt] = [true, false, -1];
    const schedule = new Schedule();
    const asked = new Map<number, Asked>();
    const fresh: (readonly [number, PassingFrame])[] = [];
    let delivered = 0;
    const askHost = async (host: number): Promise<number | undefined> => {
      const before = asked.get(host);
      const answer = await client.ask(host, 'passing', {
        count: ASKED,
        ...(before === undefined ? {} : { from: before.next }),
      });
      if (!answer.ok) return undefined;
      const { at, value } = answer.value;
      asked.set(host, { next: value.next, delivered: value.delivered });
      // What was heard before somebody looked here is no news; what is counted anew was begun anew.
      if (before === undefined || value.next < before.next) return at;
      delivered += value.delivered - before.delivered;
      for (const frame of value.frames) fresh.push([host, frame]);
      return at;
    };
    const ask = async (): Promise<void> => {
      if (asking) return;
      asking = true;
      askedAt = client.status().virtualNs;
      try {
        let at = 0;
        for (const host of latest.current.hosts.keys()) at = Math.max(at, (await askHost(host)) ?? 0);
        if (live) tell(at);
      } catch {
        // The lab is gone, or another one comes: there is nothing to draw.
      } finally {
        asking = false;
      }
    };
    const tell = (at: number): void => {
      player.told(at, performance.now());
      const going = drawn.current.filter(({ times }) => times[3] > player.now && times[0] <= at);
      const all = fresh.splice(0).sort(([, one], [, other]) => one.at - other.at);
      const chosen = some(all, Math.max(0, MOST_DOTS - going.length));
      const added = chosen.flatMap(([host, frame]) => {
        const description = latest.current.hosts[host];
        if (description === undefined) return [];
        const dot = schedule.add(host, description, frame, player.now, WAY_MS * player.speed);
        // What is folded away is not drawn, so it is not counted as such.
        return dot === undefined || flow.getEdge(dot.to.edge) === undefined ? [] : dot;
      });
      if (added.length > 0 || going.length !== drawn.current.length) setDots([...going, ...added]);
      if (added.length > 0) happens();
      const counted = { shown: added.length, delivered };
      delivered = 0;
      setTold((last) =>
        counted.delivered === 0 && last.every((each) => each.delivered === 0)
          ? last
          : [...last, counted].slice(-TOLD_ANSWERS),
      );
    };
    void ask();
    const end = onFrames(ASKS_PER_SECOND, () => {
      if (client.status().virtualNs !== askedAt) void ask();
    });
    return () => {
      live = false;
      end();
    };
  }, [client, player, flow]);
  const forget = (): void => {
    const going = drawn.current.filter(({ times }) => times[3] > player.now);
    if (going.length !== drawn.current.length) setDots(going);
  };
  return { dots, player, told, forget };
}

interface LayerProps {
  readonly lab: LabDescription;
  /** The serial of the one that is looked at. */
  readonly picked: number | undefined;
  readonly onPick: (host: number, frame: PassingFrame) => void;
}

export default function PassingLayer({ lab, picked, onPick }: LayerProps) {
  const { dots, player, told, forget } = usePassing(lab);
  return (
    <>
      {dots.length === 0 ? null : <Dots {...{ lab, dots, player, picked, onPick, forget }} />}
      <Count told={told} dots={dots} />
    </>
  );
}

/** The path of a link, as the graph has drawn it. */
function pathOf(edge: string): SVGPathElement | null {
  return document.querySelector<SVGPathElement>(
    `.react-flow__edge[data-id="${CSS.escape(edge)}"] .react-flow__edge-path`,
  );
}

interface DotsProps extends LayerProps, Pick<Passing, 'dots' | 'player'> {
  readonly forget: () => void;
}

function Dots({ lab, dots, player, picked, onPick, forget }: DotsProps) {
  const { t } = useTranslation();
  const flow = useReactFlow();
  const isStill = useMedia('(prefers-reduced-motion: reduce)');
  const marks = useRef(new Map<string, SVGGElement>()).current;
  useFrames(isStill ? STILL_PER_SECOND : DRAWS_PER_SECOND, (nowMs) => {
    const now = player.drawn(nowMs);
    const paths = new Map<string, SVGPathElement | null>();
    for (const dot of dots) {
      const mark = marks.get(dot.key);
      if (mark === undefined) continue;
      const place = placeOf(dot, now);
      const path = place === undefined ? null : (paths.get(place.edge) ?? pathOf(place.edge));
      if (place !== undefined) paths.set(place.edge, path);
      if (place === undefined || path === null) {
        mark.style.visibility = 'hidden';
        continue;
      }
      // A link between switches may be drawn from either; one of a station from the station.
      const home = switchKey(lab.hosts[dot.host]?.name ?? '', dot.switch);
      const isAgainst = place.isOut && flow.getEdge(place.edge)?.source !== home;
      const part = isStill ? 0.5 : place.part;
      const { x, y } = path.getPointAtLength(path.getTotalLength() * (isAgainst ? 1 - part : part));
      mark.setAttribute('transform', `translate(${x} ${y})`);
      mark.style.visibility = 'visible';
    }
    forget();
  });
  return (
    <ViewportPortal>
      <svg className={css['layer']} data-testid="passing" aria-hidden="true">
        {dots.map(({ key, host, frame }) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: the list of packets is the same for the keyboard
          <g
            key={key}
            ref={(element) => {
              if (element === null) marks.delete(key);
              else marks.set(key, element);
            }}
            className={`${css['dot']} nopan nodrag`}
            style={{ '--protocol': protocolColor(frame.protocol), visibility: 'hidden' } as CSSProperties}
            data-protocol={frame.protocol}
            data-picked={picked === frame.serial || undefined}
            onClick={() => onPick(host, frame)}
          >
            <title>{t('passing.what', { protocol: frame.protocol, info: frame.info })}</title>
            <circle className={css['reach']} />
            <circle className={css['mark']} />
          </g>
        ))}
      </svg>
    </ViewportPortal>
  );
}

/** How many of those that passed lately are drawn, and which colours they have. */
function Count({ told, dots }: Pick<Passing, 'told' | 'dots'>) {
  const { t } = useTranslation();
  const format = useFormat();
  const delivered = told.reduce((sum, each) => sum + each.delivered, 0);
  if (delivered === 0) return null;
  const shown = told.reduce((sum, each) => sum + each.shown, 0);
  const protocols = [...new Set(dots.map(({ frame }) => frame.protocol))].sort();
  return (
    <Panel position="top-right" className={css['count'] ?? ''} data-testid="passing-count">
      {t('passing.count', { shown: format.integer(shown), delivered: format.integer(delivered) })}
      {protocols.map((protocol) => (
        <span key={protocol} className={css['protocol']}>
          <i style={{ background: protocolColor(protocol) }} />
          {protocol}
        </span>
      ))}
    </Panel>
  );
}
