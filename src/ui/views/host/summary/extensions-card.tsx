/**
 * The optional extensions of the harts, to look at and to choose. Harts stay what they are while a lab runs: the choice opens the same set-up
 * with other harts.
 */
import { Button, Checkbox } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { languageNow } from '../../../i18n/language.ts';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient } from '../../../parts/lab.tsx';
import { askForLink } from '../../../state/address-bar.ts';
import { tellError, tellFailure } from '../../../state/notices.ts';
import { type Choice, toggled } from './extension-choice.ts';
import css from './extensions-card.module.css';

const EVERY_MS = 5000;

export function ExtensionsCard({ index }: { readonly index: number }) {
  const { t } = useTranslation();
  const client = useClient();
  const card = useRef<HTMLElement>(null);
  const { value, error } = useAnswer(() => client.ask(index, 'extensions', {}), EVERY_MS, [index], { card });
  const [choice, setChoice] = useState<Choice | null>(null);
  const rows = value?.rows ?? [];
  const had = rows.filter(({ has }) => has).map(({ name }) => name);
  const chosen = choice?.names ?? had;
  const isAsBefore = had.length === chosen.length && had.every((name) => chosen.includes(name));
  const open = async (): Promise<void> => {
    const link = await client.calls.share('set-up', { host: index, extensions: chosen });
    if (!link.ok) return tellError(link.error);
    setChoice(null);
    askForLink(link.value.fragment);
  };
  return (
    <section ref={card} className={layout['card']} data-testid="extensions">
      <h3>{t('extensions.title')}</h3>
      <p className={texts['quiet']}>{t('extensions.about')}</p>
      <ErrorAlert error={error} />
      <div className={css['rows']}>
        {rows.map(({ name, text, usual }) => (
          <Checkbox
            key={name}
            size="xs"
            label={name}
            description={usual ? t('extensions.usual', { text: text[languageNow()] }) : text[languageNow()]}
            checked={chosen.includes(name)}
            onChange={() => setChoice(toggled(rows, chosen, name))}
          />
        ))}
      </div>
      {choice?.refused === undefined ? null : <p role="status">{t('extensions.needed', choice.refused)}</p>}
      <div className={layout['row-end']}>
        <Button variant="default" disabled={isAsBefore} onClick={() => setChoice(null)}>
          {t('extensions.asBefore')}
        </Button>
        <Button disabled={isAsBefore} onClick={() => void open().catch(tellFailure)}>
          {t('extensions.open')}
        </Button>
      </div>
    </section>
  );
}
