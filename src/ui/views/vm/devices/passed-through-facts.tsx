/** Of a device that the VM was given whole: where its registers lie, and what the IOMMU lets it reach. */
import { useTranslation } from 'react-i18next';
import type { DeviceState } from '#bridge/protocol/answers';
import { Facts } from '../../../kit/facts.tsx';
import { groupedHex } from '../../../kit/format.ts';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';

interface Props {
  readonly passed: NonNullable<DeviceState['passedThrough']>;
}

export function PassedThroughFacts({ passed }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { of, baseSpa, device, contextSpa, gscid, rootSpa, remembered, fault } = passed;
  return (
    <>
      <p className={texts['quiet']}>{t('passed.about')}</p>
      <Facts
        testId="passed-through"
        facts={[
          [t('passed.of'), of],
          [t('passed.registers'), `SPA ${groupedHex(baseSpa)}`, t('passed.registersHint')],
          [t('passed.device'), format.integer(device), t('passed.deviceHint')],
          [t('passed.context'), `SPA ${groupedHex(contextSpa)}`, t('passed.contextHint')],
          [t('passed.stage'), `Sv39x4, SPA ${groupedHex(rootSpa)}`, t('passed.stageHint')],
          [t('passed.gscid'), format.integer(gscid), t('passed.gscidHint')],
          [t('passed.remembered'), format.integer(remembered), t('passed.rememberedHint')],
          [
            t('passed.fault'),
            fault === undefined
              ? t('passed.noFault')
              : t('passed.faultAt', {
                  what: t(fault.isWrite ? 'passed.write' : 'passed.read'),
                  address: groupedHex(fault.address),
                  why: t(`passed.why.${fault.why}`),
                }),
          ],
        ]}
      />
    </>
  );
}
