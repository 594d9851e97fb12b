/** A VM's screen as it is seen elsewhere: drawn of nothing but the packets that have come there, with what they cost. */
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabError } from '#base/result';
import type { DesktopSpec } from '#base/scenario';
import type { AnswerOf } from '#bridge/protocol/answers';
import { isSameData } from '../../../kit/same-data.ts';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useClient, useFormat } from '../../../parts/lab.tsx';
import { Glass, type Scale, useGestures } from './glass.tsx';
import css from './screen.module.css';
import { usePicture } from './use-picture.ts';

type Traffic = AnswerOf<'remote-desktop'>['traffic'];

interface Props {
  /** Index and name of the host where it is seen. */
  readonly host: number;
  readonly hostName: string;
  readonly vm: string;
  /** What the VM has; keys and places go to that. */
  readonly desktop: DesktopSpec;
  readonly scale: Scale;
}

/** Over so long a rate is taken, in virtual time. */
const RATE_NS = 1e9;
/** The figures change so often at most. */
const FIGURES_MS = 500;

export function RemoteScreen({ host, hostName, vm, desktop, scale }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [error, setError] = useState<LabError | null>(null);
  const [figures, setFigures] = useState<{ traffic: Traffic; perSecond: number } | null>(null);
  const [shown, setShown] = useState({ width: 0, height: 0, isBlack: true, hasServer: false });
  const give = useGestures(host, vm, 'desktop.remoteInput');
  const since = useRef({ atNs: -1, bytes: 0, perSecond: 0, shownMs: 0 });
  usePicture<AnswerOf<'remote-desktop'>>(`remote ${host}/${vm}`, canvas, {
    ask: (seen) => client.ask(host, 'remote-desktop', { vm, ...seen }),
    changedBy: 'time',
    onError: setError,
    onPicture({ traffic, width, height, hasServer }, atNs, isBlack) {
      const next = { width, height, isBlack, hasServer };
      if (!isSameData(next, shown)) setShown(next);
      const last = since.current;
      const spanNs = atNs - last.atNs;
      if (last.atNs < 0 || spanNs < 0) Object.assign(last, { atNs, bytes: traffic.bytes });
      else if (spanNs >= RATE_NS) {
        const perSecond = ((traffic.bytes - last.bytes) * 1e9) / spanNs;
        Object.assign(last, { atNs, bytes: traffic.bytes, perSecond });
      }
      const nowMs = performance.now();
      if (figures !== null && nowMs - last.shownMs < FIGURES_MS) return;
      last.shownMs = nowMs;
      setFigures({ traffic, perSecond: last.perSecond });
      if (error !== null) setError(null);
    },
  });
  const hint = !shown.hasServer ? 'silent' : shown.width === 0 || shown.isBlack ? 'black' : undefined;
  return (
    <section className={css['place']} aria-label={t('desktop.remote.title', { host: hostName })}>
      <h3>{t('desktop.remote.title', { host: hostName })}</h3>
      <ErrorAlert error={error} />
      <Glass
        {...{ canvas, desktop, scale, give }}
        label={t('desktop.remote.label', { vm, host: hostName })}
        testId="remote-screen"
        size={shown}
        hint={hint && t(`desktop.remote.${hint}`, { vm })}
      />
      {figures === null ? null : (
        <p className={texts['quiet']} data-testid="remote-traffic">
          {t('desktop.remote.figures', {
            rate: format.bytes(Math.round(figures.perSecond)),
            delay: format.duration(figures.traffic.delayNs),
            bytes: format.bytes(figures.traffic.bytes),
            frames: figures.traffic.frames,
            updates: figures.traffic.updates,
            lost: figures.traffic.lost,
          })}
        </p>
      )}
      {figures === null || figures.traffic.gestures === 0 ? null : (
        <p className={texts['quiet']} data-testid="remote-input">
          {t('desktop.remote.input', {
            gestures: figures.traffic.gestures,
            frames: figures.traffic.inputFrames,
            delay: format.duration(figures.traffic.inputDelayNs),
            answer: format.duration(figures.traffic.answerNs),
          })}
        </p>
      )}
    </section>
  );
}
