/** What each physical hart did: a row a hart, a slice for each run of a vCPU, in its VM's colour. */
import { SegmentedControl, useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ok, type Result } from '#base/result';
import type { LabClient } from '#bridge/client/client';
import type { HostDescription, Timed, Timeline } from '#bridge/protocol/answers';
import { timeTicks } from '../kit/axis.ts';
import layout from '../kit/layout.module.css';
import texts from '../kit/texts.module.css';
import { ErrorAlert } from './error-text.tsx';
import { useAnswer, useClient, useFormat } from './lab.tsx';
import { FREE_COLOR, HYPERVISOR_COLOR, vmColor } from './palette.ts';
import { nowOf, paintTimes } from './timeline-drawing.ts';
import css from './timeline-section.module.css';

const SPANS_MS = [10, 100, 1000] as const;
const ROW = 26;
const AXIS = 18;
const LEFT = 56;
/** Times on the axis stand at least so far apart. */
const TIME_GAP = 80;
const LIMIT = 4000;

/** All harts of a host over the same stretch. */
async function timelinesOf(
  client: LabClient,
  host: number,
  harts: number,
  spanNs: number,
): Promise<Result<Timed<Timeline[]>>> {
  const toNs = nowOf(client, host);
  const rows: Timeline[] = [];
  let at = 0;
  for (let hart = 0; hart < harts; hart++) {
    const answer = await client.ask(host, 'timeline', {
      hart,
      fromNs: Math.max(0, toNs - spanNs),
      toNs,
      limit: LIMIT,
    });
    if (!answer.ok) return answer;
    at = answer.value.at;
    rows.push(answer.value.value);
  }
  return ok({ at, value: rows });
}

function draw(
  canvas: HTMLCanvasElement,
  rows: readonly Timeline[],
  dark: boolean,
  label: (ns: number) => string,
): void {
  const context = canvas.getContext('2d');
  const first = rows[0];
  if (context === null || first === undefined) return;
  const scale = globalThis.devicePixelRatio;
  const width = canvas.clientWidth;
  const height = rows.length * ROW + AXIS;
  canvas.width = width * scale;
  canvas.height = height * scale;
  context.scale(scale, scale);
  context.clearRect(0, 0, width, height);
  context.font = '11px system-ui, sans-serif';
  context.textBaseline = 'middle';
  const span = Math.max(1, first.toNs - first.fromNs);
  const x = (ns: number): number => LEFT + ((ns - first.fromNs) / span) * (width - LEFT);
  const ink = dark ? '#aab4c0' : '#4a5563';
  rows.forEach((row, hart) => {
    const y = hart * ROW;
    context.fillStyle = ink;
    context.fillText(`hart ${row.hart}`, 0, y + ROW / 2);
    context.fillStyle = FREE_COLOR[dark ? 'dark' : 'light'];
    context.fillRect(LEFT, y + 3, width - LEFT, ROW - 6);
    for (let slice = 0; slice < row.startNs.length; slice++) {
      const slot = row.slot[slice] ?? -1;
      if (slot === -1) continue;
      const from = Math.max(LEFT, x(row.startNs[slice] ?? 0));
      const to = Math.min(width, x(row.endNs[slice] ?? 0));
      context.fillStyle = slot < 0 ? HYPERVISOR_COLOR : vmColor(slot);
      context.fillRect(from, y + 3, Math.max(0.6, to - from), ROW - 6);
    }
  });
  context.fillStyle = ink;
  const y = rows.length * ROW;
  const times = timeTicks(first.fromNs, first.toNs, Math.floor((width - LEFT) / TIME_GAP));
  paintTimes(
    context,
    { left: LEFT, width, top: y, height: AXIS, gap: TIME_GAP },
    times.map((at) => ({ x: x(at), text: label(at) })),
  );
}

export function TimelineSection({ index, host }: { readonly index: number; readonly host: HostDescription }) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const dark = useComputedColorScheme('light') === 'dark';
  const [spanMs, setSpanMs] = useState<number>(100);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { value, error } = useAnswer(() => timelinesOf(client, index, host.harts, spanMs * 1e6), 250, [
    index,
    host.harts,
    spanMs,
  ]);
  useEffect(() => {
    if (canvas.current !== null && value !== null) draw(canvas.current, value, dark, format.clock);
  }, [value, dark, format]);

  // The same in words: how long each VM ran in the stretch.
  const shares = new Map<number, number>();
  let span = 0;
  for (const row of value ?? []) {
    span += row.toNs - row.fromNs;
    for (let slice = 0; slice < row.slot.length; slice++) {
      const slot = row.slot[slice] ?? -1;
      const ran = Math.min(row.toNs, row.endNs[slice] ?? 0) - Math.max(row.fromNs, row.startNs[slice] ?? 0);
      if (slot !== -1) shares.set(slot, (shares.get(slot) ?? 0) + ran);
    }
  }
  const nameOf = (slot: number): string =>
    slot < 0
      ? t('owner.hypervisor')
      : (host.vms.find((vm) => vm.slot === slot)?.spec.name ?? t('owner.gone', { slot }));
  const words = [...shares].map(
    ([slot, ns]) => `${nameOf(slot)} ${format.percent(span === 0 ? 0 : ns / span)}`,
  );
  return (
    <section className={layout['card']}>
      <header className={layout['row-wrap']}>
        <h3>{t('timeline.title')}</h3>
        <span className={layout['grow']} />
        <SegmentedControl
          size="xs"
          aria-label={t('timeline.span')}
          value={String(spanMs)}
          onChange={(text) => setSpanMs(Number(text))}
          data={SPANS_MS.map((span) => ({ value: String(span), label: format.duration(span * 1e6) }))}
        />
      </header>
      <ErrorAlert error={error} />
      <canvas
        ref={canvas}
        className={css['timeline']}
        style={{ height: host.harts * ROW + AXIS }}
        role="img"
        aria-label={t('timeline.label', { shares: words.join(', ') || t('timeline.idle') })}
      />
      <p className={texts['quiet']}>{words.length > 0 ? words.join(' · ') : t('timeline.idle')}</p>
      {value?.some((row) => row.truncated) === true ? (
        <p className={texts['quiet']}>{t('timeline.truncated')}</p>
      ) : null}
    </section>
  );
}
