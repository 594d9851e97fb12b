/** A VM's console; the terminal library comes with the first one that is opened, and not before the page has time for it. */
import { useTranslation } from 'react-i18next';
import { later } from '../../kit/later.tsx';
import { whenIdle } from '../../kit/when-idle.ts';
import css from './console.module.css';

const Terminal = later(async () => {
  await whenIdle();
  return import('./terminal.tsx');
}, Loading);

function Loading() {
  const { t } = useTranslation();
  return <div className={`${css['frame']} ${css['wait']}`}>{t('console.loading')}</div>;
}

interface Props {
  readonly host: number;
  readonly vm: string;
  /** Takes the focus when it appears. */
  readonly focus?: boolean;
  /** It stands below the page, where the page may show the same console. */
  readonly isDocked?: boolean;
}

export function VmConsole(props: Props) {
  return <Terminal key={`${props.host}/${props.vm}`} {...props} />;
}
