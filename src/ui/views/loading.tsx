/** What stands in the place of a view while its code is on the way. */
import { useTranslation } from 'react-i18next';
import layout from '../kit/layout.module.css';
import texts from '../kit/texts.module.css';

/** A view of a lab has no room around it. */
export function LoadingLabView() {
  return <Loading room={layout['view'] ?? ''} />;
}

export function LoadingView() {
  return <Loading room={layout['sections'] ?? ''} />;
}

function Loading({ room }: { readonly room: string }) {
  const { t } = useTranslation();
  return <div className={`${room} ${texts['quiet']}`}>{t('common.loading')}</div>;
}
