/** Menus of the page itself: labs that one can open, language, colours, presenting; on a phone all of them in one. */
import { ActionIcon, Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { BUILTIN_LABS, LAB_TOPICS } from '#base/catalogue/builtin-labs';
import { LANGUAGES } from '#base/texts/languages';
import { chooseLanguage } from '../i18n/language.ts';
import { Icon } from '../kit/icons.tsx';
import texts from '../kit/texts.module.css';
import { useChoices } from '../state/choices.ts';
import { EMBEDDED } from './embed.ts';
import css from './header.module.css';
import type { Opening } from './opening.ts';

interface Props {
  readonly title: string;
  readonly opening: Opening;
}

/** The lab's name: its title, else that of the builtin one. */
function useLabName({ title, opening: { source } }: Props): string {
  const { t } = useTranslation();
  if (title !== '') return title;
  return source.kind === 'builtin' ? t(`labs.${source.name}.title`) : t('labs.untitled');
}

/** The labs that the page brings along, and those that are kept. */
function LabEntries({ opening }: Pick<Props, 'opening'>) {
  const { t } = useTranslation();
  return (
    <>
      <Menu.Label>{t('labs.replaces')}</Menu.Label>
      {LAB_TOPICS.map((topic) => (
        <Fragment key={topic}>
          <Menu.Label>{t(`labs.topics.${topic}`)}</Menu.Label>
          {BUILTIN_LABS.filter((lab) => lab.topic === topic).map(({ id }) => (
            <Menu.Item key={id} onClick={() => opening.open({ kind: 'builtin', name: id })}>
              <b>{t(`labs.${id}.title`)}</b>
              <div className={texts['quiet']}>{t(`labs.${id}.text`)}</div>
            </Menu.Item>
          ))}
        </Fragment>
      ))}
      {EMBEDDED ? null : (
        <>
          <Menu.Divider />
          <Menu.Item onClick={() => useChoices.getState().openDialog('kept')}>{t('keeping.title')}</Menu.Item>
          <Menu.Item onClick={() => useChoices.getState().openDialog('disks')}>{t('action.disks')}</Menu.Item>
        </>
      )}
    </>
  );
}

export function LabMenu(props: Props) {
  const { t } = useTranslation();
  const name = useLabName(props);
  return (
    <Menu position="bottom-start" width={320}>
      <Menu.Target>
        <button type="button" className={css['title']} title={t('labs.menu')}>
          <span className={texts['name']} title={name}>
            {name}
          </span>
          <Icon name="down" size={12} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <LabEntries opening={props.opening} />
      </Menu.Dropdown>
    </Menu>
  );
}

function LanguageEntries() {
  const { t, i18n } = useTranslation();
  return LANGUAGES.map((language) => (
    <Menu.Item
      key={language}
      lang={language}
      leftSection={<Icon name={i18n.language === language ? 'check' : 'dot'} size={14} />}
      onClick={() => chooseLanguage(language)}
    >
      {t(`language.${language}`)}
    </Menu.Item>
  ));
}

export function LanguageMenu() {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('header.language')}
          title={t('header.language')}
        >
          <Icon name="language" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <LanguageEntries />
      </Menu.Dropdown>
    </Menu>
  );
}

/** The other colours than those of now: their name, sign, and the change. */
export function useOtherColors() {
  const { t } = useTranslation();
  // Without it the library writes a style as markup, which this page's policy refuses.
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const isDark = useComputedColorScheme('light') === 'dark';
  return {
    text: t(isDark ? 'header.light' : 'header.dark'),
    icon: isDark ? 'sun' : 'moon',
    change: () => setColorScheme(isDark ? 'light' : 'dark'),
  } as const;
}

/** Everything of the page that has no place in the one row of a phone's header. */
export function MoreMenu(props: Props) {
  const { t } = useTranslation();
  const name = useLabName(props);
  const colors = useOtherColors();
  const { openDialog, setPresenting } = useChoices.getState();
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('header.more')}
          title={t('header.more')}
        >
          <Icon name="menu" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{name}</Menu.Label>
        <LabEntries opening={props.opening} />
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name="history" size={14} />} onClick={() => openDialog('moments')}>
          {t('moments.title')}
        </Menu.Item>
        <Menu.Divider />
        <LanguageEntries />
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name={colors.icon} size={14} />} onClick={colors.change}>
          {colors.text}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="present" size={14} />} onClick={() => setPresenting(true)}>
          {t('present.start')}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="help" size={14} />} onClick={() => openDialog('help')}>
          {t('action.help')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
