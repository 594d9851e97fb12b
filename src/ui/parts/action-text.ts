/** What an action was, in a few words. */

import type { TFunction } from 'i18next';
import { USUAL_CPU_WEIGHT, USUAL_RECORDING_NS } from '#base/catalogue/usual';
import { NS_PER_MS } from '#base/virtual-time';
import type { Command } from '#bridge/protocol/lab-api';
import { readable } from '../kit/readable.ts';

/** The VM that a command is of, or makes; none of a command of the host. */
export function vmOfCommand({ args }: Command): string {
  if (!('vm' in args)) return '';
  return typeof args.vm === 'string' ? args.vm : args.vm.name;
}

export function actionText(t: TFunction, command: Command): string {
  switch (command.op) {
    case 'capture.start': {
      const { name, switch: at, vm, port } = command.args;
      return t('history.did.capture-start', { name, where: port ?? vm ?? at ?? '*' });
    }
    case 'console.input':
      return t('history.did.console-input', { text: readable(command.args.text) });
    case 'host.type':
      return t('history.did.console-input', { text: readable(command.args.text) });
    case 'host.setAccessLog':
      return t(command.args.on ? 'history.did.host-setAccessLog_on' : 'history.did.host-setAccessLog_off');
    case 'host.setHugePages':
      return t(command.args.on ? 'history.did.host-setHugePages_on' : 'history.did.host-setHugePages_off');
    case 'host.setOvercommit': {
      const { percent } = command.args;
      return percent === undefined
        ? t('history.did.host-setOvercommit_free')
        : t('history.did.host-setOvercommit_limited', { percent });
    }
    case 'host.setSharing': {
      const { on, pages, periodNs } = command.args;
      const key = on ? 'history.did.host-setSharing_on' : 'history.did.host-setSharing_off';
      return t(key, { pages, ms: periodNs / NS_PER_MS });
    }
    case 'host.setSwap': {
      const { on, policy } = command.args;
      return t(on ? 'history.did.host-setSwap_on' : 'history.did.host-setSwap_off', { policy });
    }
    case 'host.compare': {
      const { vms, text } = command.args;
      return t('history.did.host-compare', { vms: vms.join(', '), text: readable(text) });
    }
    case 'host.setIoScheduler': {
      const { disk, scheduler } = command.args;
      return t('history.did.host-setIoScheduler', { disk, scheduler: scheduler.kind });
    }
    case 'vm.setVcpus':
      return t('history.did.vm-setVcpus', { count: command.args.vcpus });
    case 'vm.setCpu': {
      const { weight = USUAL_CPU_WEIGHT, capPercent } = command.args;
      return t('history.did.vm-setCpu', { weight, cap: capPercent === undefined ? '–' : `${capPercent} %` });
    }
    case 'host.setPolicy':
      return t('history.did.host-setPolicy', { policy: command.args.name });
    case 'host.setAlarms':
      return t('history.did.host-setAlarms', {
        alarms: command.args.alarms.map(({ name }) => name).join(', ') || '–',
      });
    case 'host.setScheduler':
      return t('history.did.host-setScheduler', { scheduler: command.args.scheduler.kind });
    case 'vm.setDiskLimits': {
      const { disk, shares, iops, bytesPerSecond } = command.args;
      const limits = [iops && `${iops}/s`, bytesPerSecond && `${bytesPerSecond} B/s`].filter(Boolean);
      return t('history.did.vm-setDiskLimits', { disk, shares, limits: limits.join(' · ') || '–' });
    }
    case 'host.setSwapDisk':
      return t(
        `history.did.host-setSwapDisk_${command.args.works ? 'works' : (command.args.fails ?? 'broken')}`,
      );
    case 'vm.editEntry': {
      const { stage, gpa, bit, set } = command.args;
      return t('history.did.vm-editEntry', { stage, gpa, bit, to: set ? 1 : 0 });
    }
    case 'vm.setDirtyLog':
      return t(command.args.on ? 'history.did.vm-setDirtyLog_on' : 'history.did.vm-setDirtyLog_off');
    case 'vm.setRecording': {
      const { on, periodNs = USUAL_RECORDING_NS } = command.args;
      return t(on ? 'history.did.vm-setRecording_on' : 'history.did.vm-setRecording_off', {
        ms: periodNs / NS_PER_MS,
      });
    }
    case 'vm.setLink':
      return t(command.args.up ? 'history.did.vm-setLink_in' : 'history.did.vm-setLink_out', {
        card: command.args.card,
      });
    case 'network.addAppliance': {
      const { name, kind } = command.args.appliance;
      return t('history.did.network-addAppliance', { name, kind });
    }
    case 'network.setAppliance':
      return t('history.did.network-setAppliance', { name: command.args.appliance.name });
    case 'network.addSwitch':
      return t('history.did.network-addSwitch', { name: command.args.switch.name });
    case 'network.addTrunk': {
      const { a, b } = command.args.trunk;
      return t('history.did.network-addTrunk', { a, b });
    }
    case 'network.moveAppliance': {
      const { appliance, port, switch: to } = command.args;
      return to === null
        ? t('history.did.network-moveAppliance_none', { appliance, port })
        : t('history.did.network-moveAppliance_to', { appliance, port, switch: to });
    }
    case 'vm.setNetwork': {
      const { card, switch: to } = command.args;
      return to === null
        ? t('history.did.vm-setNetwork_none', { card })
        : t('history.did.vm-setNetwork_to', { card, switch: to });
    }
    default: {
      const words = Object.entries(command.args).filter(([, value]) => typeof value !== 'object');
      const key = `history.did.${command.op.replace('.', '-')}`;
      return String(t(key, Object.fromEntries(words)));
    }
  }
}
