/** Sharing: what of this lab somebody else shall have, as a link, as code to embed, as a QR code and as a file. */
import { Alert, Button, SegmentedControl, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { failureOf } from '#bridge/client/worker-client';
import { SHARED_AS, type SharedAs, type ShareLink } from '#bridge/protocol/lab-api';
import { Dialog } from '../../kit/dialog.tsx';
import { Icon } from '../../kit/icons.tsx';
import { later } from '../../kit/later.tsx';
import layout from '../../kit/layout.module.css';
import { saveFile } from '../../kit/save-file.ts';
import texts from '../../kit/texts.module.css';
import { ErrorAlert } from '../../parts/error-text.tsx';
import { useClient, useFormat } from '../../parts/lab.tsx';
import { useChoices } from '../../state/choices.ts';
import { tell, tellError, tellFailure } from '../../state/notices.ts';
import { type Route, wordsOf } from '../../state/routes.ts';
import { useShareLink } from './use-share-link.ts';

const QrSection = later(() => import('./qr-section.tsx'), Loading);

function Loading() {
  const { t } = useTranslation();
  return <p className={texts['quiet']}>{t('common.loading')}</p>;
}

/** Above this many characters some programs cut a link off. */
const LONG = 4000;
/** Above this a file is the better way. */
const TOO_LONG = 8000;

/** The link as a part of somebody else's page. */
function embedCode(url: string): string {
  const address = url.replace('#', url.includes('?') ? '&embed#' : '?embed#');
  return `<iframe src="${address}" width="960" height="600" allow="cross-origin-isolated"></iframe>`;
}

/** What a person has composed travels in the address, before the lab. */
function composedSearch(route: Route): string {
  const { charts } = route.parameters ?? {};
  return charts === undefined ? '' : `?${new URLSearchParams(wordsOf(route))}`;
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell('notice.linkCopied', { count: text.length });
  } catch (reason) {
    tellFailure(reason);
  }
}

function TheLink({ link, as }: { readonly link: ShareLink; readonly as: SharedAs }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [isQr, setQr] = useState(false);
  const route = useChoices((state) => state.route);
  const url = `${location.origin}${location.pathname}${composedSearch(route)}#${link.fragment}`;
  return (
    <>
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
      <div className={layout['row-wrap']}>
        <Button leftSection={<Icon name="copy" size={14} />} onClick={() => void copy(url)}>
          {t('share.copy')}
        </Button>
        <Button
          variant="default"
          leftSection={<Icon name="copy" size={14} />}
          onClick={() => void copy(embedCode(url))}
        >
          {t('share.embed')}
        </Button>
        <Button variant="default" aria-expanded={isQr} onClick={() => setQr(!isQr)}>
          {t('share.qr.show')}
        </Button>
      </div>
      {isQr ? <QrSection url={url} as={as} /> : null}
    </>
  );
}

/** The run as a file: the same that the link holds, without a bound on its length. */
function AsFile({ as }: { readonly as: SharedAs }) {
  const { t } = useTranslation();
  const client = useClient();
  const save = async (): Promise<void> => {
    const file = await client.calls.exportState(as).catch(failureOf);
    if (file.ok) saveFile(file.value, 'lab.json');
    else tellError(file.error);
  };
  return (
    <section className={layout['stack']}>
      <p className={texts['quiet']}>{t('share.fileText')}</p>
      <div className={layout['row-wrap']}>
        <Button
          variant="default"
          leftSection={<Icon name="file" size={14} />}
          onClick={() => void save().catch(tellFailure)}
        >
          {t('share.file')}
        </Button>
      </div>
    </section>
  );
}

function ShareBody() {
  const { t } = useTranslation();
  const [as, setAs] = useState<SharedAs>('now');
  const link = useShareLink(as);
  if (link === null) return <p className={texts['quiet']}>{t('common.loading')}</p>;
  return (
    <div className={layout['stack']}>
      {link.ok ? <p>{t('share.text', { count: link.value.commands })}</p> : null}
      <SegmentedControl
        size="xs"
        aria-label={t('share.as')}
        value={as}
        onChange={(value) => setAs(SHARED_AS.find((each) => each === value) ?? 'now')}
        data={SHARED_AS.map((value) => ({ value, label: t(`share.asOf.${value}`) }))}
      />
      <p className={texts['quiet']}>{t(`share.asText.${as}`)}</p>
      {link.ok ? <TheLink link={link.value} as={as} /> : <ErrorAlert error={link.error} />}
      <AsFile as={as} />
    </div>
  );
}

export default function ShareDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog opened onClose={onClose} title={t('action.shareLab')} size="lg" closeLabel={t('common.close')}>
      <ShareBody />
    </Dialog>
  );
}
