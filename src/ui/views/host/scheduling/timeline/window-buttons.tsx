/** Shows more or less of a timeline, or another part of it. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { panned, type TimeWindow, ZOOM, zoomed } from './time-window.ts';

interface Props {
  readonly window: TimeWindow;
  readonly now: () => number;
  readonly onWindow: (next: TimeWindow) => void;
}

export function WindowButtons({ window, now, onWindow }: Props) {
  const { t } = useTranslation();
  const buttons = [
    ['zoomIn', '+', () => zoomed(window, now(), 1 / ZOOM, window.endNs === undefined ? 1 : 0.5)],
    ['zoomOut', '−', () => zoomed(window, now(), ZOOM)],
    ['earlier', '←', () => panned(window, now(), -0.5)],
    ['later', '→', () => panned(window, now(), 0.5)],
  ] as const;
  return buttons.map(([id, sign, next]) => (
    <Button
      key={id}
      variant="default"
      size="compact-sm"
      aria-label={t(`timeline.${id}`)}
      title={t(`timeline.${id}`)}
      onClick={() => onWindow(next())}
    >
      {sign}
    </Button>
  ));
}
