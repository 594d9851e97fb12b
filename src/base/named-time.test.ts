import { expect, test } from 'vitest';
import { type NamedTime, parseNamedTime } from './named-time.ts';

const S = 1e9;
const at = (seconds: number): NamedTime => ({ kind: 'at', ns: seconds * S });
const after = (seconds: number): NamedTime => ({ kind: 'after', ns: seconds * S });

test.each([
  ['90 s', at(90)],
  ['90s', at(90)],
  ['90', at(90)],
  ['0.25', at(0.25)],
  ['1:30', at(90)],
  ['1:30.5', at(90.5)],
  ['2:00:00', at(7200)],
  ['120:00', at(7200)],
  ['+5 min', after(300)],
  ['+ 5min', after(300)],
  ['+1:30', after(90)],
  ['1 h 5 min', at(3900)],
  ['1h5m3s', at(3903)],
  ['2 Hours', at(7200)],
  ['500ms', at(0.5)],
  ['20us', { kind: 'at', ns: 20_000 }],
  ['20 µs', { kind: 'at', ns: 20_000 }],
  ['20 μs', { kind: 'at', ns: 20_000 }],
  ['7ns', { kind: 'at', ns: 7 }],
  ['90 秒', at(90)],
  ['5分钟', at(300)],
  ['1小时5分3秒', at(3903)],
  ['＋５分', after(300)],
  ['１：３０', at(90)],
  ['250毫秒', at(0.25)],
] as const)('%s', (text, time) => {
  expect(parseNamedTime(text)).toEqual(time);
});

test.each([
  '',
  ' ',
  '+',
  'soon',
  '-5 s',
  '1:99',
  '1:',
  '5 parsecs',
  '5 s!',
  '1e9',
  '5 s x',
  '99999999999 h',
  's',
])('what is no time is refused: “%s”', (text) => {
  expect(parseNamedTime(text)).toBeUndefined();
});
