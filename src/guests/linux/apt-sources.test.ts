import { expect, test } from 'vitest';
import { findDebianMirror } from './apt-sources.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

test('a stanza of Debian is found, comments and other vendors are not', () => {
  const text = [
    '# URIs: http://commented.example/debian',
    'Types: deb',
    'URIs: http://vendor.example/',
    'Suites: nodistro',
    'Components: main',
    '',
    'Types: deb deb-src',
    '# http://snapshot.example/',
    'URIs: http://mirror.example/debian',
    'Suites: bookworm bookworm-updates',
    'Components: main contrib',
    `Signed-By: ${KEYRING}`,
  ].join('\n');
  expect(findDebianMirror([{ name: 'debian.sources', text }])).toEqual({
    uri: 'http://mirror.example/debian',
    signedBy: KEYRING,
  });
});

test('a one-line source is found, with and without options', () => {
  const plain = 'deb cdrom:[Debian]/ trixie main\ndeb http://mirror.example/debian trixie main # ours\n';
  expect(findDebianMirror([{ name: 'sources.list', text: plain }])?.uri).toBe('http://mirror.example/debian');
  const signed = 'deb [arch=amd64 signed-by=/etc/key.gpg] https://mirror.example/debian stable main';
  expect(findDebianMirror([{ name: 'x.list', text: signed }])).toEqual({
    uri: 'https://mirror.example/debian',
    signedBy: '/etc/key.gpg',
  });
});

test('a key inside the stanza is replaced by the keyring of the package', () => {
  const text =
    'Types: deb\nURIs: http://m.example/debian\nSuites: sid\nComponents: main\nSigned-By:\n -----BEGIN\n .\n abc\n';
  expect(findDebianMirror([{ name: 'a.sources', text }])?.signedBy).toBe(KEYRING);
});

test('security archives, source packages and other distributions are no mirror', () => {
  const text = [
    'deb http://m.example/debian-security bookworm-security main',
    'deb-src http://m.example/debian bookworm main',
    'deb http://m.example/ubuntu noble main',
    '# deb http://m.example/debian bookworm main',
  ].join('\n');
  expect(findDebianMirror([{ name: 'sources.list', text }])).toBeUndefined();
});
