/**
 * Register layout of the goldfish real-time clock (Linux: drivers/platform/goldfish, "Goldfish virtual hardware", GOLDFISH VIRTUAL
 * HARDWARE, section "Real-time clock"), as QEMU's virt machine has it. A time is 64 bits of nanoseconds since 1970. Data only.
 */
import { bits, type RegisterRow } from '../register.ts';

/** Reading it takes the time, of which {@link TIME_HIGH} then has the upper half. */
export const TIME_LOW = 0x00;
export const TIME_HIGH = 0x04;
/** Writing it sets the alarm, with the upper half that was written before. */
export const ALARM_LOW = 0x08;
export const ALARM_HIGH = 0x0c;
export const IRQ_ENABLED = 0x10;
export const CLEAR_ALARM = 0x14;
export const ALARM_STATUS = 0x18;
export const CLEAR_INTERRUPT = 0x1c;

const SECTION = 'goldfish: real-time clock';

export const RTC_REGISTERS: readonly RegisterRow[] = [
  {
    ...{ offset: TIME_LOW, name: 'TIME_LOW', access: 'rw', section: SECTION },
    text: {
      en: 'nanoseconds since 1970, low half; a read holds the high half',
      zh: '自 1970 年起的纳秒数低半；读取时锁存高半',
    },
  },
  {
    ...{ offset: TIME_HIGH, name: 'TIME_HIGH', access: 'rw', section: SECTION },
    text: { en: 'high half of the time that was read last', zh: '上次所读时间的高半' },
  },
  {
    ...{ offset: ALARM_LOW, name: 'ALARM_LOW', access: 'rw', section: SECTION },
    text: { en: 'time of the alarm, low half; a write sets it', zh: '闹钟时间低半；写入即设定' },
  },
  {
    ...{ offset: ALARM_HIGH, name: 'ALARM_HIGH', access: 'rw', section: SECTION },
    text: { en: 'time of the alarm, high half', zh: '闹钟时间高半' },
  },
  {
    ...{ offset: IRQ_ENABLED, name: 'IRQ_ENABLED', access: 'rw', section: SECTION },
    fields: bits(['ENABLED']),
    text: { en: 'the alarm interrupts', zh: '闹钟触发中断' },
  },
  {
    ...{ offset: CLEAR_ALARM, name: 'CLEAR_ALARM', access: 'w', section: SECTION },
    text: { en: 'a write takes the alarm back', zh: '写入即取消闹钟' },
  },
  {
    ...{ offset: ALARM_STATUS, name: 'ALARM_STATUS', access: 'r', section: SECTION },
    fields: bits(['RUNNING']),
    text: { en: 'an alarm is set and has not come', zh: '闹钟已设定、尚未到时' },
  },
  {
    ...{ offset: CLEAR_INTERRUPT, name: 'CLEAR_INTERRUPT', access: 'w', section: SECTION },
    text: { en: 'a write ends the interrupt', zh: '写入即清除中断' },
  },
];
