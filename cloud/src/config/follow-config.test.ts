import { describe, expect, it } from 'vitest';
import { parseConfig } from './load-config.ts';
import { readFollowedFeeds } from './read-followed-feeds.ts';

const FEED = { url: 'https://data.example/ldes/meters', organisation: 'demo', stream: 'meters' };
const SECRETS: Readonly<Record<string, string>> = { key: 'a-key', spaced: 'two words', empty: '' };

function configOf(...follow: object[]) {
  return parseConfig(
    JSON.stringify({
      organisations: [{ name: 'demo', label: 'Demo' }],
      outside: [{ organisation: 'demo', name: 'meters', title: 'Meterstanden', memberBytesMax: 5_000 }],
      follow,
    }),
  );
}
function read(...follow: object[]) {
  const config = configOf(...follow);
  if (!config.ok) throw new Error(config.fault.detail);
  return readFollowedFeeds(config.value, new Map([['demo/meters', 'shapes']]), (file) => SECRETS[file]);
}

describe('a feed to follow', () => {
  it('needs its address and its stream, and takes the rules of the stream', () => {
    expect(read(FEED)).toMatchObject({
      ok: true,
      value: [
        {
          ...FEED,
          credentials: { kind: 'none' },
          shapes: 'shapes',
          rules: { versionOfPredicate: 'http://purl.org/dc/terms/isVersionOf', memberBytesMax: 5_000 },
          pollMsMin: 5_000,
          pollMsMax: 3_600_000,
        },
      ],
    });
  });
  it('gets its secrets from files', () => {
    const oauth2 = { tokenUrl: 'https://login.example/token', clientId: 'me', clientSecretFile: 'key' };
    expect(read({ ...FEED, apiKeyFile: 'key' })).toMatchObject({
      value: [{ credentials: { kind: 'api-key', key: 'a-key' } }],
    });
    expect(read({ ...FEED, oauth2 })).toMatchObject({
      value: [{ credentials: { kind: 'oauth2', clientId: 'me', clientSecret: 'a-key' } }],
    });
  });
  it.each([
    ['not-there', 'follow[0].apiKeyFile: not-there cannot be read'],
    ['spaced', 'follow[0].apiKeyFile: spaced must hold one word, without spaces'],
    ['empty', 'follow[0].apiKeyFile: empty must hold one word, without spaces'],
  ])('is refused with the file of its key when that is of no use: %s', (apiKeyFile, detail) => {
    expect(read({ ...FEED, apiKeyFile })).toEqual({ ok: false, fault: { code: 'secret-unreadable', detail } });
  });
  it.each<[string, object[], string]>([
    ['goes into no stream of outside', [{ ...FEED, stream: 'mobility' }], 'follow[0].stream'],
    ['goes into one stream twice', [FEED, FEED], 'follow[1].url'],
    ['is no web address', [{ ...FEED, url: 'ftp://data.example/' }], 'follow[0].url'],
    ['has a password in its address', [{ ...FEED, url: 'https://me:secret@data.example/' }], 'follow[0].url'],
    ['would get its key in clear', [{ ...FEED, url: 'http://data.example/', apiKeyFile: 'key' }], 'follow[0].url'],
    [
      'would get its token in clear',
      [{ ...FEED, oauth2: { tokenUrl: 'http://login.example/', clientId: 'me', clientSecretFile: 'key' } }],
      'follow[0].oauth2.tokenUrl',
    ],
    [
      'has two kinds of credentials',
      [
        {
          ...FEED,
          apiKeyFile: 'key',
          oauth2: { tokenUrl: 'https://login.example/', clientId: 'me', clientSecretFile: 'key' },
        },
      ],
      'follow[0].oauth2',
    ],
    [
      'is to be asked more seldom than most seldom',
      [{ ...FEED, pollSecondsMin: 60, pollSecondsMax: 30 }],
      'follow[0].pollSecondsMax',
    ],
    ['names an address in place of a host', [{ ...FEED, hosts: ['https://cdn.example/'] }], 'follow[0].hosts[0]'],
  ])('is refused when it %s', (_, follow, setting) => {
    const config = configOf(...follow);
    expect(config).toMatchObject({ ok: false, fault: { code: 'config-invalid' } });
    expect(config).toHaveProperty('fault.detail', expect.stringContaining(setting));
  });
  it('may get a key without TLS on this machine', () => {
    expect(configOf({ ...FEED, url: 'http://127.0.0.1:8080/ldes/demo/meters', apiKeyFile: 'key' })).toMatchObject({
      ok: true,
    });
  });
});
