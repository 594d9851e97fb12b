/** A VM's console; the terminal library comes with the first one that is opened, and not before the page has time for it. */
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { whenIdle } from '../../kit/when-idle.ts';
import css from './console.module.css';

const Terminal = lazy(() => whenIdle().then(() => import('./terminal.tsx')));

interface Props {
  readonly host: number;
  readonly vm: string;
  /** Takes the focus when it appears. */
  readonly focus?: boolean;
  /** It stands below the page, where the page may show the same console. */
  readonly isDocked?: boolean;
}

export function VmConsole(props: Props) {
  const { t } = useTranslation();
  return (
    <Suspense fallback={<div className={`${css['frame']} ${css['wait']}`}>{t('console.loading')}</div>}>
      <Terminal key={`${props.host}/${props.vm}`} {...props} />
    </Suspense>
  );
}
