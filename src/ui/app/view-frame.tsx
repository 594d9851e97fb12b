/** Around a view: a mistake in it, or that its code cannot be had, takes nothing else away. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorBoundary } from '../kit/error-boundary.tsx';
import layout from '../kit/layout.module.css';
import { ErrorAlert } from '../parts/error-text.tsx';

interface Props {
  /** Where there is no room around the view yet: the view of a lab fills its place as it likes. */
  readonly bare?: boolean;
  readonly children: ReactNode;
}

export function ViewFrame({ bare = false, children }: Props) {
  const { t } = useTranslation();
  const room = bare ? layout['view'] : layout['sections'];
  return (
    <ErrorBoundary
      fallback={(message, retry) => (
        <div className={room}>
          <ErrorAlert error={{ code: 'internal', data: { message } }} />
          <div className={layout['row']}>
            <Button onClick={retry}>{t('common.retry')}</Button>
            <Button variant="default" onClick={() => location.reload()}>
              {t('common.reload')}
            </Button>
          </div>
        </div>
      )}
    >
      {children}
    </ErrorBoundary>
  );
}
