/** Messages, read out as they come: between the view and the consoles below it, or in the dialog that is open; over nothing. */
import { Button, Notification } from '@mantine/core';
import { useMemo } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { Icon } from '../kit/icons.tsx';
import { useMessagePlace } from '../kit/message-place.tsx';
import { errorSentence } from '../parts/error-text.tsx';
import { dismiss, type Notice, type NoticeAction, useNotices } from '../state/notices.ts';
import css from './notice-stack.module.css';

const LOOKS = {
  info: { color: 'blue', icon: 'info' },
  success: { color: 'green', icon: 'check' },
  warning: { color: 'yellow', icon: 'alert' },
  error: { color: 'red', icon: 'alert' },
} as const;

function NoticeButton({ notice, action }: { readonly notice: Notice; readonly action: NoticeAction }) {
  const { t } = useTranslation();
  const act = (): void => {
    dismiss(notice.serial);
    action.run();
  };
  return (
    <div>
      <Button size="compact-xs" variant="light" mt={6} onClick={act}>
        {t(action.key)}
      </Button>
    </div>
  );
}

function Notices({ list }: { readonly list: readonly Notice[] }) {
  const { t } = useTranslation();
  return (
    <section className={css['notices']} aria-live="polite" aria-label={t('notice.label')}>
      {list.map((notice) => {
        const { where, ...data } = notice.data;
        const error = { code: notice.key, data, ...(where === undefined ? {} : { where: String(where) }) };
        return (
          <Notification
            key={notice.serial}
            color={LOOKS[notice.kind].color}
            icon={<Icon name={LOOKS[notice.kind].icon} />}
            onClose={() => dismiss(notice.serial)}
            closeButtonProps={{ 'aria-label': t('common.close') }}
            {...(notice.kind === 'error' ? { role: 'alert' } : {})}
          >
            {notice.kind === 'error' ? errorSentence(error) : t(notice.key, notice.data)}
            {notice.times > 1 ? ` (${notice.times}×)` : ''}
            {notice.action === undefined ? null : <NoticeButton notice={notice} action={notice.action} />}
          </Notification>
        );
      })}
    </section>
  );
}

export function NoticeStack() {
  const list = useNotices((state) => state.list);
  const place = useMessagePlace();
  // What was said before the dialog opened stays where it was said.
  const before = useMemo(
    () => (place === undefined ? Number.POSITIVE_INFINITY : (useNotices.getState().list.at(-1)?.serial ?? 0)),
    [place],
  );
  return (
    <>
      <Notices list={list.filter(({ serial }) => serial <= before)} />
      {place === undefined
        ? null
        : createPortal(<Notices list={list.filter(({ serial }) => serial > before)} />, place)}
    </>
  );
}
