/** Sharing: the link that holds this lab, its length, and what it cannot carry. */
import { Alert, Button, SegmentedControl, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabError } from '#base/result';
import { failureOf } from '#bridge/client/worker-client';
import { SHARED_AS, type SharedAs, type ShareLink } from '#bridge/protocol/lab-api';
import { Dialog } from '../kit/dialog.tsx';
import { Icon } from '../kit/icons.tsx';
import layout from '../kit/layout.module.css';
import texts from '../kit/texts.module.css';
import { ErrorAlert } from '../parts/error-text.tsx';
import { useClient, useFormat } from '../parts/lab.tsx';
import { tell, tellFailure } from '../state/notices.ts';

/** Above this many characters some programs cut a link off. */
const LONG = 4000;
/** Above this a file is the better way. */
const TOO_LONG = 8000;

/** The link as a part of somebody else's page. */
function embedCode(url: string): string {
  const address = url.replace('#', '?embed#');
  return `<iframe src="${address}" width="960" height="600" allow="cross-origin-isolated"></iframe>`;
}

function ShareBody() {
  const { t } = useTranslation();
  const [as, setAs] = useState<SharedAs>('now');
  const client = useClient();
  const format = useFormat();
  const [link, setLink] = useState<ShareLink | null>(null);
  const [error, setError] = useState<LabError | null>(null);
  useEffect(() => {
    let live = true;
    client.calls
      .share(as)
      .catch(failureOf)
      .then((answer) => {
        if (!live) return;
        if (answer.ok) setLink(answer.value);
        else setError(answer.error);
      })
      .catch(tellFailure);
    return () => {
      live = false;
    };
  }, [client, as]);
  if (error !== null) return <ErrorAlert error={error} />;
  if (link === null) return <p className={texts['quiet']}>{t('common.loading')}</p>;
  const url = `${location.origin}${location.pathname}#${link.fragment}`;
  const copy = async (text: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      tell('notice.linkCopied', { count: text.length });
    } catch (reason) {
      tellFailure(reason);
    }
  };
  return (
    <div className={layout['stack']}>
      <p>{t('share.text', { count: link.commands })}</p>
      <SegmentedControl
        size="xs"
        aria-label={t('share.as')}
        value={as}
        onChange={(value) => setAs(SHARED_AS.find((each) => each === value) ?? 'now')}
        data={SHARED_AS.map((value) => ({ value, label: t(`share.asOf.${value}`) }))}
      />
      <p className={texts['quiet']}>{t(`share.asText.${as}`)}</p>
      <TextInput
        label={t('share.link')}
        value={url}
        readOnly
        data-autofocus
        onFocus={(event) => event.currentTarget.select()}
        description={t('share.length', { count: url.length, length: format.integer(url.length) })}
        inputWrapperOrder={['label', 'input', 'description']}
      />
      {url.length > LONG ? (
        <Alert color="yellow" icon={<Icon name="alert" />} p="xs">
          {t(url.length > TOO_LONG ? 'share.tooLong' : 'share.long')}
        </Alert>
      ) : null}
      {link.omittedFiles.length > 0 ? (
        <Alert color="yellow" icon={<Icon name="file" />} p="xs">
          {t('share.omitted', { files: link.omittedFiles.join(', ') })}
        </Alert>
      ) : null}
      <div className={layout['row-end']}>
        <Button
          variant="default"
          leftSection={<Icon name="file" size={14} />}
          onClick={() => void copy(embedCode(url))}
        >
          {t('share.embed')}
        </Button>
        <Button leftSection={<Icon name="copy" size={14} />} onClick={() => void copy(url)}>
          {t('share.copy')}
        </Button>
      </div>
    </div>
  );
}

export function ShareDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={t('share.title')}
      size="lg"
      closeLabel={t('common.close')}
    >
      <ShareBody />
    </Dialog>
  );
}
