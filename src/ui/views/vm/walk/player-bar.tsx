/** The buttons that play a walk, and what its present step does, in a sentence. */
import { ActionIcon, Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { WalkResult, WalkStep } from '#bridge/protocol/answers';
import { groupedHex } from '../../../kit/format.ts';
import { Icon, type IconName } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import css from './player-bar.module.css';
import type { Player } from './use-player.ts';

/** What a step does: what it looks for, and what it finds. */
function useSentence(walk: WalkResult): (at: number) => string {
  const { t } = useTranslation();
  const found = ({ stage, kind, leadsTo }: WalkStep): string => {
    const kindText = t(`walk.kind.${kind}`);
    if (leadsTo === undefined) return kindText;
    const to = `${stage === 'G' ? 'SPA' : 'GPA'} ${groupedHex(leadsTo)}`;
    return t('walk.told.found', { kind: kindText, to });
  };
  return (at) => {
    const step = walk.steps[at];
    if (step === undefined) {
      if (walk.spa !== undefined) return t('walk.told.end', { spa: groupedHex(walk.spa) });
      return t(`walk.why.${walk.fault?.why ?? 'not-valid'}`);
    }
    const { stage, level, index, forVsLevel, purpose } = step;
    const looksFor =
      stage === 'VS'
        ? t('walk.told.vs', { level, index })
        : t(purpose === 'final' ? 'walk.told.gFinal' : 'walk.told.gEntry', { level, index, vs: forVsLevel });
    const isFault = walk.fault?.step === at;
    const what = isFault ? t(`walk.why.${walk.fault?.why}`) : found(step);
    return t('walk.told.step', { looksFor, found: what });
  };
}

interface Props {
  readonly walk: WalkResult;
  readonly player: Player;
  readonly count: number;
}

export function PlayerBar({ walk, player, count }: Props) {
  const { t } = useTranslation();
  const sentence = useSentence(walk);
  const { at, playing } = player;
  const button = (label: string, icon: IconName, disabled: boolean, onClick: () => void) => (
    <ActionIcon
      variant="default"
      size="md"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} size={14} />
    </ActionIcon>
  );
  return (
    <div className={css['bar']} data-testid="walk-player">
      <div className={layout['row-tight']}>
        {button(t('walk.play.back'), 'left', at === 0, () => player.step(-1))}
        {playing
          ? button(t('walk.play.pause'), 'pause', false, player.pause)
          : button(t('walk.play.play'), 'play', false, player.play)}
        {button(t('walk.play.step'), 'right', at === count - 1, () => player.step(1))}
        {at === null ? null : (
          <Button variant="default" size="compact-sm" onClick={player.leave}>
            {t('walk.play.all')}
          </Button>
        )}
      </div>
      <p className={css['sentence']} aria-live="polite">
        {at === null ? (
          <span className={texts['quiet']}>{t('walk.play.hint')}</span>
        ) : (
          <>
            <b>{t('walk.play.at', { number: at + 1, count })}</b> {sentence(at)}
          </>
        )}
      </p>
    </div>
  );
}
