/** The link as a QR code, to be scanned from a projector or put into slides; or why it cannot be one. */
import { Alert } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SHARED_AS, type SharedAs } from '#bridge/protocol/lab-api';
import { Icon } from '../../kit/icons.tsx';
import layout from '../../kit/layout.module.css';
import { saveFile } from '../../kit/save-file.ts';
import { SmallButton } from '../../kit/small-button.tsx';
import { useClient, useFormat } from '../../parts/lab.tsx';
import { tellFailure } from '../../state/notices.ts';
import { MOST_CHARACTERS, pathOf, pngOf, qrCodeOf, svgOf } from './qr-code.ts';
import css from './share.module.css';

/** On the screen, where there is room: whole pixels for each module, about this many in all. */
const ABOUT_PIXELS = 380;

function Code({ url }: { readonly url: string }) {
  const { t } = useTranslation();
  const code = useMemo(() => qrCodeOf(url), [url]);
  const { size } = code;
  const pixels = size * Math.max(2, Math.floor(ABOUT_PIXELS / size));
  return (
    <>
      <svg
        className={css['code']}
        role="img"
        aria-label={t('share.qr.label')}
        width={pixels}
        height={pixels}
        viewBox={`0 0 ${size} ${size}`}
        shapeRendering="crispEdges"
      >
        <path className={css['white']} d={`M0 0h${size}v${size}H0z`} />
        <path className={css['black']} d={pathOf(code)} />
      </svg>
      <div className={layout['row-wrap']}>
        <SmallButton
          icon="download"
          onClick={() =>
            void pngOf(code)
              .then((bytes) => saveFile(bytes, 'lab-qr.png'))
              .catch(tellFailure)
          }
        >
          PNG
        </SmallButton>
        <SmallButton
          icon="download"
          onClick={() => saveFile(new TextEncoder().encode(svgOf(code)), 'lab-qr.svg')}
        >
          SVG
        </SmallButton>
      </div>
    </>
  );
}

interface Props {
  readonly url: string;
  readonly as: SharedAs;
}

/** What else could be shared, and is short enough. */
function useOthers({ url, as }: Props): readonly { readonly as: SharedAs; readonly length: number }[] | null {
  const client = useClient();
  const [others, setOthers] = useState<readonly { as: SharedAs; length: number }[] | null>(null);
  useEffect(() => {
    let live = true;
    const ask = SHARED_AS.filter((other) => other !== as).map(async (other) => {
      const link = await client.calls.share(other);
      return link.ok ? [{ as: other, length: url.indexOf('#') + 1 + link.value.fragment.length }] : [];
    });
    Promise.all(ask)
      .then((lengths) => {
        if (live) setOthers(lengths.flat().filter(({ length }) => length <= MOST_CHARACTERS));
      })
      .catch(tellFailure);
    return () => {
      live = false;
    };
  }, [client, url, as]);
  return others;
}

function TooLong({ url, as }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const others = useOthers({ url, as });
  if (others === null) return null;
  return (
    <Alert color="yellow" icon={<Icon name="alert" />} p="xs" role="status">
      <p>
        {t('share.qr.tooLong', {
          length: format.integer(url.length),
          limit: format.integer(MOST_CHARACTERS),
        })}
      </p>
      {others.map((other) => (
        <p key={other.as}>
          {t('share.qr.fits', { as: t(`share.asOf.${other.as}`), length: format.integer(other.length) })}
        </p>
      ))}
      {others.length === 0 ? <p>{t('share.qr.noneFits')}</p> : null}
    </Alert>
  );
}

export default function QrSection({ url, as }: Props) {
  return url.length > MOST_CHARACTERS ? <TooLong url={url} as={as} /> : <Code url={url} />;
}
