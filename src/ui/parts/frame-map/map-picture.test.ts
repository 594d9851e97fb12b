import { expect, test } from 'vitest';
import { warmthOf } from '#base/catalogue/frame-ages';
import { FRAME_MARKS as MARKS } from '#base/catalogue/frame-marks';
import { FRAME_STATE } from '#base/catalogue/frame-states';
import { frameOwnerByte } from '#base/views';
import { accessOf, ageOf, Colouring, type ColourMode, heatOf, usedFor } from './colouring.ts';
import { MapPicture } from './map-picture.ts';

const FRAMES = 64;
const COLUMNS = 16;

function framesOf() {
  return {
    owners: new Uint8Array(FRAMES),
    states: new Uint8Array(FRAMES),
    marks: new Uint8Array(FRAMES),
    ages: new Uint8Array(FRAMES),
  };
}
function pictureOf(mode: ColourMode): MapPicture {
  return new MapPicture(FRAMES, COLUMNS, new Colouring(mode, false, false));
}
function colour(picture: MapPicture, frame: number): string {
  return `#${[...picture.data.slice(frame * 4, frame * 4 + 3)].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

test('all is drawn at first, then only rows in which something has changed', () => {
  const picture = pictureOf('owner');
  const frames = framesOf();
  expect(picture.update(frames)).toEqual({ from: 0, to: 4 });
  expect(picture.update(frames)).toEqual({ from: 0, to: 0 });
  frames.owners[20] = frameOwnerByte(0);
  frames.states[20] = FRAME_STATE.data;
  frames.owners[33] = frameOwnerByte(1);
  expect(picture.update(frames)).toEqual({ from: 1, to: 3 });
  expect([colour(picture, 19), colour(picture, 20)]).toEqual(['#e3e7ec', '#3d8fd9']);
});

test('marks change nothing while colours tell owners, and are all that changes while they tell accesses', () => {
  const frames = framesOf();
  frames.states.fill(FRAME_STATE.data);
  const [owner, access] = [pictureOf('owner'), pictureOf('access')];
  owner.update(frames);
  access.update(frames);
  frames.marks[5] = MARKS.written;
  expect(owner.update(frames)).toEqual({ from: 0, to: 0 });
  expect(access.update(frames)).toEqual({ from: 0, to: 1 });
  expect(colour(access, 5)).not.toBe(colour(access, 6));
});

test('nothing is drawn of marks that are not known yet', () => {
  expect(pictureOf('use').update({ ...framesOf(), marks: undefined })).toEqual({ from: 0, to: 0 });
});

test('ages and heat are drawn of the bytes of the access log, and of frames that nothing is known of', () => {
  const frames = framesOf();
  frames.states.fill(FRAME_STATE.data);
  frames.ages[3] = warmthOf(0, 8);
  frames.ages[4] = warmthOf(undefined, 0);
  for (const mode of ['age', 'heat'] as const) {
    const picture = pictureOf(mode);
    picture.update(frames);
    expect(new Set([2, 3, 4].map((frame) => colour(picture, frame))).size).toBe(3);
  }
  expect([ageOf(FRAME_STATE.data, frames.ages[3]!), heatOf(FRAME_STATE.data, frames.ages[3]!)]).toEqual([
    'now',
    'hot',
  ]);
  expect([ageOf(FRAME_STATE.data, frames.ages[4]!), heatOf(FRAME_STATE.data, frames.ages[4]!)]).toEqual([
    'never',
    'cold',
  ]);
  expect(ageOf(FRAME_STATE.free, 0)).toBe('free');
});

test('a frame is one thing: what a device holds before what runs, what runs before what is written', () => {
  const all = MARKS.accessed | MARKS.dirty | MARKS.written | MARKS.code | MARKS.pinned;
  expect(usedFor(FRAME_STATE.data, all)).toBe('device');
  expect(usedFor(FRAME_STATE.data, all & ~MARKS.pinned)).toBe('code');
  expect(usedFor(FRAME_STATE.data, MARKS.accessed | MARKS.dirty)).toBe('dirty');
  expect(usedFor(FRAME_STATE.data, MARKS.accessed)).toBe('data');
  expect(usedFor(FRAME_STATE.shared, all)).toBe('shared');
  expect(accessOf(FRAME_STATE.free, all)).toBe('free');
  expect(accessOf(FRAME_STATE.data, all)).toBe('written');
  expect(accessOf(FRAME_STATE.data, MARKS.accessed | MARKS.dirty)).toBe('dirty');
  expect(accessOf(FRAME_STATE.shared, MARKS.accessed)).toBe('accessed');
  expect(accessOf(FRAME_STATE.data, 0)).toBe('untouched');
});
