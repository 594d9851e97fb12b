/** While a lab is being opened: what is going on, how far, and a way out. When it failed: why, and what else to open. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import layout from '../kit/layout.module.css';
import { ErrorAlert } from '../parts/error-text.tsx';
import { useProgressText } from '../parts/progress-text.ts';
import { LinkField } from './link-field.tsx';
import type { Opening } from './opening.ts';
import css from './opening-screen.module.css';

interface OpeningScreenProps {
  readonly opening: Opening;
  /** It lies over the page of a lab, whose main part and name are there already. */
  readonly above?: boolean;
}

export function OpeningScreen({ opening, above = false }: OpeningScreenProps) {
  const { t } = useTranslation();
  const tell = useProgressText();
  const { phase, progress, error } = opening;
  const { text, fraction } =
    progress === null ? { text: t('opening.start'), fraction: undefined } : tell(progress);
  const Part = above ? 'section' : 'main';
  const Name = above ? 'p' : 'h1';
  return (
    <Part className={css['opening']} aria-busy={phase === 'opening'} aria-label={t('opening.label')}>
      <Name className={css['name']}>virtlab</Name>
      {phase === 'failed' ? (
        <>
          <ErrorAlert error={error} />
          <div className={layout['row']}>
            <Button onClick={opening.retry}>{t('common.retry')}</Button>
            <Button variant="default" onClick={() => opening.open({ kind: 'builtin', name: 'first-visit' })}>
              {t('opening.default')}
            </Button>
          </div>
          <LinkField opening={opening} />
        </>
      ) : (
        <>
          <progress
            aria-label={t('opening.label')}
            max={1}
            {...(fraction === undefined ? {} : { value: fraction })}
          />
          <p role="status">{text}</p>
          <Button variant="subtle" color="gray" onClick={() => opening.cancel()}>
            {t('common.cancel')}
          </Button>
        </>
      )}
    </Part>
  );
}
