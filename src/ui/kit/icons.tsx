/** Icons as data: strokes on a 16 × 16 grid. Always decoration; the text beside or the label carries the meaning. */
import css from './icons.module.css';

const PATHS = {
  play: 'M5 3.5v9l7.5-4.500z',
  pause: 'M5.500 3.500v9M10.500 3.500v9',
  stop: 'M4.500 4.500h7v7h-7z',
  power: 'M8 2v6M4.800 4.300a5 5 0 1 0 6.400 0',
  reset: 'M13 8a5 5 0 1 1-1.600-3.700M13 2v3h-3',
  shutdown: 'M8 3v5M11 5.200a4.200 4.200 0 1 1-6 0',
  trash: 'M3 4.500h10M6.500 4.500v-2h3v2M4.500 4.500l.6 9h5.800l.6-9M6.800 7v4M9.200 7v4',
  plus: 'M8 3v10M3 8h10',
  share:
    'M6.500 9.500l3-3M7.200 4.800l1.600-1.600a2.800 2.800 0 0 1 4 4l-1.600 1.600M8.800 11.200l-1.600 1.600a2.800 2.800 0 0 1-4-4l1.600-1.600',
  sun: 'M8 5.200a2.800 2.800 0 1 0 0 5.600a2.800 2.800 0 0 0 0-5.600M8 1.500v1.500M8 13v1.500M1.500 8h1.500M13 8h1.500M3.400 3.400l1 1M11.600 11.600l1 1M3.400 12.600l1-1M11.600 4.400l1-1',
  moon: 'M13 9.500a5.500 5.500 0 0 1-6.500-6.500a5.500 5.500 0 1 0 6.500 6.500z',
  language:
    'M2 4h7M5.500 2.500v1.500M3.500 4c.5 2.500 2.500 4.500 5 5M7.500 4c-.5 2.500-2.500 4.500-5 5M8 13.500l3-7l3 7M9 11.500h4',
  chart: 'M2.500 2.500v11h11M5 10l2.500-3l2 2l3.500-4.500',
  server: 'M2.500 3h11v4h-11zM2.500 9h11v4h-11zM5 5h.01M5 11h.01',
  network: 'M6 2.500h4v3h-4zM2 10.500h4v3h-4zM10 10.500h4v3h-4zM8 5.500v2.500M4 10.500v-2.500h8v2.500',
  topology: 'M3 3h4v3h-4zM9 10h4v3h-4zM3 10h4v3h-4zM5 6v4M5 8h6v2',
  terminal: 'M2 3h12v10h-12zM4.500 6l2 2l-2 2M8.500 10h3',
  chip: 'M4.500 4.500h7v7h-7zM6.500 2v2.500M9.500 2v2.500M6.500 11.500v2.500M9.500 11.500v2.500M2 6.500h2.500M2 9.500h2.500M11.500 6.500h2.500M11.500 9.500h2.500',
  present: 'M2 2.500h12M3 2.500v7.500h10v-7.500M8 10v2M5.500 14l2.500-2l2.500 2',
  help: 'M8 1.800a6.200 6.200 0 1 0 0 12.400a6.200 6.200 0 0 0 0-12.400M6.200 6.300a1.800 1.800 0 1 1 2.600 1.600c-.5.300-.8.700-.8 1.300M8 11.500h.01',
  check: 'M3 8.500l3.500 3.500l6.500-8',
  alert: 'M8 2l6.500 11.500h-13zM8 6.500v3.500M8 12h.01',
  info: 'M8 1.800a6.200 6.200 0 1 0 0 12.400a6.200 6.200 0 0 0 0-12.400M8 7.500v3.500M8 5h.01',
  close: 'M4 4l8 8M12 4l-8 8',
  right: 'M6 3.500l4.500 4.500l-4.500 4.500',
  down: 'M3.500 6l4.500 4.500l4.500-4.500',
  left: 'M10 3.500l-4.500 4.500l4.500 4.500',
  table: 'M2.500 3h11v10h-11zM2.500 6.300h11M2.500 9.700h11M6 6.300v6.700',
  menu: 'M2.500 4h11M2.500 8h11M2.500 12h11',
  search: 'M7 2.500a4.500 4.500 0 1 0 0 9a4.500 4.500 0 0 0 0-9M10.300 10.300l3.200 3.200',
  forward: 'M2.500 3.500v9l5-4.500zM8.500 3.500v9l5-4.500z',
  step: 'M4 3.500v9l6-4.500zM12.500 3.500v9',
  map: 'M2.500 2.500h11v11h-11zM2.500 6.200h11M2.500 9.800h11M6.200 2.500v11M9.800 2.500v11',
  layout: 'M2.500 2.500h4v4h-4zM9.500 2.500h4v4h-4zM6 9.500h4v4h-4zM4.500 6.500v1.500h7v-1.500M8 8v1.500',
  copy: 'M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3',
  download: 'M8 2.500v7.500M4.500 7l3.500 3.500l3.500-3.500M3 13.500h10',
  file: 'M4 1.500h5l3 3v10h-8zM9 1.500v3h3',
  accessible: 'M8 2.500h.01M3.500 5.500l4.500 1l4.500-1M8 6.500v3.500M8 10l-2 4M8 10l2 4',
  enlarge: 'M9.500 2.500h4v4M13.500 2.500l-4.500 4.500M6.500 13.500h-4v-4M2.500 13.500l4.500-4.500',
  history: 'M2.500 8a5.500 5.500 0 1 0 1.600-3.900M2.500 2.500v3h3M8 5v3.200l2.200 1.300',
  dot: 'M8 6.500a1.500 1.500 0 1 0 0 3a1.500 1.500 0 0 0 0-3',
} as const;

export type IconName = keyof typeof PATHS;

/** An icon in the colour of the text around it. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      className={css['icon']}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.4}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
