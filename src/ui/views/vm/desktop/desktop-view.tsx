/** The desktop of a VM: its screen, as often as one likes, with what can be done with it. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DesktopSpec } from '#base/scenario';
import layout from '../../../kit/layout.module.css';
import { saveFile } from '../../../kit/save-file.ts';
import { SmallButton } from '../../../kit/small-button.tsx';
import texts from '../../../kit/texts.module.css';
import { useLab } from '../../../parts/lab.tsx';
import { tellFailure } from '../../../state/notices.ts';
import type { VmViewProps } from '../../view.ts';
import css from './desktop-view.module.css';
import { type Scale, useGestures } from './glass.tsx';
import { keysOf } from './key-codes.ts';
import { pngOf } from './picture.ts';
import { RemoteScreen } from './remote-screen.tsx';
import { Screen } from './screen.tsx';

const SCALES: readonly Scale[] = ['fit', '1', '2'];
/** Screens of one VM beside each other. */
const MOST_VIEWS = 4;

export default function DesktopView({ host, vm }: VmViewProps) {
  const { t } = useTranslation();
  const { desktop, name } = vm.spec;
  if (desktop === undefined) return <p className={texts['quiet']}>{t('desktop.none', { vm: name })}</p>;
  const isOn = vm.state !== 'created' && vm.state !== 'stopped';
  return <Desktop key={`${host}/${name}`} {...{ host, desktop, isOn }} vm={name} />;
}

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly desktop: DesktopSpec;
  readonly isOn: boolean;
}

function Desktop({ host, vm, desktop, isOn }: Props) {
  const { t } = useTranslation();
  const hosts = useLab()?.hosts ?? [];
  const [scale, setScale] = useState<Scale>('fit');
  const [views, setViews] = useState(1);
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const save = (): void => {
    if (canvas.current === null) return;
    pngOf(canvas.current)
      .then((bytes) => bytes !== undefined && saveFile(bytes, `${vm}.png`))
      .catch(tellFailure);
  };
  return (
    <div className={layout['stack']}>
      <div className={layout['row-wrap']}>
        <span className={texts['quiet']}>
          {t(`desktop.kind.${desktop.kind}`)}, {desktop.width} × {desktop.height}
        </span>
        <span className={layout['grow']} />
        <NativeSelect
          size="xs"
          aria-label={t('desktop.scale')}
          value={scale}
          onChange={(event) => setScale(event.currentTarget.value as Scale)}
          data={SCALES.map((value) => ({ value, label: t(`desktop.scales.${value}`) }))}
        />
        <SmallButton icon="copy" disabled={views >= MOST_VIEWS} onClick={() => setViews(views + 1)}>
          {t('desktop.another')}
        </SmallButton>
        <SmallButton icon="close" disabled={views <= 1} onClick={() => setViews(views - 1)}>
          {t('desktop.fewer')}
        </SmallButton>
        <SmallButton icon="download" onClick={save}>
          {t('desktop.screenshot')}
        </SmallButton>
        {document.fullscreenEnabled ? (
          <SmallButton
            icon="enlarge"
            onClick={() => void frame.current?.requestFullscreen().catch(tellFailure)}
          >
            {t('desktop.fullScreen')}
          </SmallButton>
        ) : null}
      </div>
      <div className={css['screens']} data-many={views > 1 || undefined} ref={frame}>
        {Array.from({ length: views }, (_, view) => (
          <Screen
            // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
            key={view}
            {...{ host, vm, desktop, isOn, scale }}
            {...(view === 0
              ? {
                  onCanvas: (element: HTMLCanvasElement | null) => {
                    canvas.current = element;
                  },
                }
              : {})}
          />
        ))}
      </div>
      <TypeField host={host} vm={vm} />
      {hosts.map(({ name, viewers = [] }, index) =>
        viewers.includes(vm) ? (
          <RemoteScreen key={name} host={index} hostName={name} {...{ vm, desktop, scale }} />
        ) : null,
      )}
      <p className={texts['quiet']}>{t('desktop.hint')}</p>
    </div>
  );
}

/** For those who have no keyboard, or whose keyboard has other signs: a text, typed as on one of the United States. */
function TypeField({ host, vm }: Pick<Props, 'host' | 'vm'>) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const give = useGestures(host, vm);
  const type = (event: FormEvent): void => {
    event.preventDefault();
    give(keysOf(`${text}\n`));
    setText('');
  };
  return (
    <form className={layout['row']} onSubmit={type}>
      <TextInput
        className={layout['grow'] ?? ''}
        aria-label={t('desktop.text')}
        placeholder={t('desktop.text')}
        value={text}
        maxLength={120}
        onChange={(event) => setText(event.currentTarget.value)}
        spellCheck={false}
        autoComplete="off"
      />
      <Button type="submit" variant="default">
        {t('desktop.type')}
      </Button>
    </form>
  );
}
