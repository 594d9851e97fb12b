/** The bar on top: run and pause, speed, virtual time and how the machine keeps up, new VM, share, language, colours. */
import { ActionIcon, Button, NativeSelect, SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Speed } from '#bridge/protocol/lab-api';
import { useShown } from '../kit/frame-clock.ts';
import { Icon } from '../kit/icons.tsx';
import layout from '../kit/layout.module.css';
import { NARROW, useMedia } from '../kit/media.ts';
import { SmallButton } from '../kit/small-button.tsx';
import { useClient, useFormat, useRunning, useStep, useStop } from '../parts/lab.tsx';
import { isAtBreakpoint } from '../parts/stop-sentence.ts';
import { addressWithoutFrame } from '../state/address-bar.ts';
import { useChoices } from '../state/choices.ts';
import { tellFailure } from '../state/notices.ts';
import { HOME } from '../state/routes.ts';
import { EMBEDDED } from './embed.ts';
import css from './header.module.css';
import type { Opening } from './opening.ts';
import { LabMenu, LanguageMenu, MoreMenu, useOtherColors } from './page-menus.tsx';
import { useCurrentView } from './views.tsx';

/** Speeds that a person can choose. */
const RATES: readonly Speed['rate'][] = [0.01, 0.1, 1, 'max'];

/** What the list of speeds offers besides: a run to a time. */
const RUN_TO = 'to';

function SpeedControl() {
  const isNarrow = useMedia(NARROW);
  const { t } = useTranslation();
  const client = useClient();
  const running = useRunning();
  const stop = useStop();
  const step = useStep();
  const { ownSteps = false } = useCurrentView();
  const speed = useShown(2, () => client.status().speed);
  const set = (next: Speed): void => {
    client.calls.setSpeed(next).catch(tellFailure);
  };
  const runTo = (): void => useChoices.getState().openDialog('run-to');
  const choose = (rate: string): void => {
    if (rate === RUN_TO) runTo();
    else set({ ...speed, rate: rate === 'max' ? 'max' : Number(rate) });
  };
  const rates = RATES.map((rate) => ({
    value: String(rate),
    label: rate === 'max' ? t('speed.max') : `${rate}×`,
  }));
  return (
    <div className={layout['row-tight']} data-tour="speed">
      <Button
        size="compact-sm"
        variant={running ? 'default' : 'filled'}
        aria-label={t(running ? 'speed.pause' : 'speed.run')}
        leftSection={<Icon name={running ? 'pause' : 'play'} size={14} />}
        onClick={() => set({ ...speed, running: !running })}
        title={t(isAtBreakpoint(stop) ? 'speed.goOnHint' : 'speed.toggleHint')}
      >
        {t(running ? 'speed.pause' : 'speed.run')}
      </Button>
      {running ? null : (
        <ActionIcon
          variant="default"
          size={26}
          aria-label={t('speed.step')}
          title={t(ownSteps ? 'step.hint.quantum' : 'speed.stepHint')}
          onClick={() => void step()}
        >
          <Icon name="step" size={14} />
        </ActionIcon>
      )}
      {isNarrow ? (
        <NativeSelect
          size="xs"
          aria-label={t('speed.label')}
          value={String(speed.rate)}
          onChange={(event) => choose(event.currentTarget.value)}
          data={[...rates, { value: RUN_TO, label: t('run.title') }]}
        />
      ) : (
        <SegmentedControl
          size="xs"
          aria-label={t('speed.label')}
          value={String(speed.rate)}
          onChange={choose}
          data={rates}
        />
      )}
      {isNarrow || EMBEDDED ? null : (
        <ActionIcon
          variant="default"
          size={26}
          aria-label={t('moments.title')}
          title={t('moments.title')}
          onClick={() => useChoices.getState().openDialog('moments')}
        >
          <Icon name="history" size={14} />
        </ActionIcon>
      )}
      {isNarrow ? null : (
        <ActionIcon
          variant="default"
          size={26}
          aria-label={t('run.title')}
          title={t('run.hint')}
          onClick={runTo}
        >
          <Icon name="forward" size={14} />
        </ActionIcon>
      )}
    </div>
  );
}

/** Fewer millions of instructions a second are those of guests that wait. */
const IDLE_BELOW = 0.05;

/** Virtual time, its ratio to wall time, instructions per second. */
function Clock() {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useClient();
  const { virtualNs, ratio, instructionsPerSecond, speed, stop } = useShown(8, () => client.status());
  const mips = instructionsPerSecond / 1e6;
  // At a fixed rate the machine should keep up; when it does not, the person should know why things are slow.
  const behind = speed.running && speed.rate !== 'max' && ratio > 0 && ratio < speed.rate * 0.9;
  return (
    <div className={css['clock']}>
      <span title={t('clock.virtual')} className={css['time']}>
        {format.clock(stop?.at ?? virtualNs)}
      </span>
      <span title={t('clock.ratio')} data-behind={behind || isAtBreakpoint(stop) || undefined}>
        {speed.running
          ? `${format.number(ratio, 2)}×`
          : t(isAtBreakpoint(stop) ? 'speed.atBreakpoint' : 'speed.paused')}
      </span>
      <span title={t('clock.mips')} className={css['mips']}>
        {speed.running && mips < IDLE_BELOW
          ? t('clock.idle')
          : t('clock.mipsValue', { value: format.number(mips, mips < 10 ? 1 : 0) })}
      </span>
    </div>
  );
}

/** Language, colours, presenting and help, each with a button of its own. */
function PageButtons() {
  const { t } = useTranslation();
  const colors = useOtherColors();
  const { openDialog, setPresenting } = useChoices.getState();
  const isPresenting = useChoices((state) => state.isPresenting);
  const buttons = [
    { icon: colors.icon, text: colors.text, run: colors.change },
    {
      icon: 'present',
      text: t(isPresenting ? 'present.end' : 'present.start'),
      run: () => setPresenting(!isPresenting),
    },
    { icon: 'help', text: t('action.help'), run: () => openDialog('help') },
  ] as const;
  return (
    <>
      <LanguageMenu />
      {buttons.map(({ icon, text, run }) => (
        <ActionIcon key={icon} variant="subtle" color="gray" aria-label={text} title={text} onClick={run}>
          <Icon name={icon} />
        </ActionIcon>
      ))}
    </>
  );
}

/** What a frame shows, in a window of its own: the lab, the view and what is selected. */
function OpenFull() {
  const { t } = useTranslation();
  const href = useChoices(addressWithoutFrame);
  return (
    <Button
      component="a"
      href={href}
      target="_blank"
      rel="noopener"
      size="compact-sm"
      variant="default"
      leftSection={<Icon name="enlarge" size={14} />}
      aria-label={t('header.openFull')}
      title={t('header.openFull')}
    >
      {t('header.openFull')}
    </Button>
  );
}

export function Header({ title, opening }: { readonly title: string; readonly opening: Opening }) {
  const { t } = useTranslation();
  const client = useClient();
  const isNarrow = useMedia(NARROW);
  const isPresenting = useChoices((state) => state.isPresenting);
  const { go, openDialog } = useChoices.getState();
  return (
    <header className={css['header']}>
      <button type="button" className={css['brand']} onClick={() => go(HOME)} title={t('nav.topology')}>
        <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width={20} height={20} />
        <h1>virtlab</h1>
      </button>
      {isNarrow || isPresenting ? null : <LabMenu title={title} opening={opening} />}
      <SpeedControl />
      <Clock />
      {client.shared ? null : (
        <span className={css['unshared']} title={t('header.unsharedHint')}>
          <Icon name="info" size={14} />
          {t('header.unshared')}
        </span>
      )}
      <span className={layout['grow']} />
      <div className={layout['row-tight']}>
        {EMBEDDED ? <OpenFull /> : null}
        {EMBEDDED || isPresenting ? null : (
          <>
            <SmallButton icon="plus" onClick={() => openDialog('create-vm')} aria-label={t('action.newVm')}>
              {t('action.newVm')}
            </SmallButton>
            <Button
              size="compact-sm"
              leftSection={<Icon name="share" size={14} />}
              onClick={() => openDialog('share')}
              data-tour="share"
              aria-label={t('action.share')}
            >
              {t('action.share')}
            </Button>
          </>
        )}
        {isNarrow ? <MoreMenu title={title} opening={opening} /> : <PageButtons />}
      </div>
    </header>
  );
}
