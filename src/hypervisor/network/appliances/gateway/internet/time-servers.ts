/** The time of day, from the virtual clock: as text (RFC 867), as a number (RFC 868), and by NTP (RFC 5905, §7.3). */
import type { VirtualNs } from '#base/virtual-time';
import type { TcpServer } from '../tcp/server.ts';
import { putU32, u32 } from '../wire/bytes.ts';
import { unixSeconds } from './files.ts';

/** From 1900, where these count from, to 1970. */
const SECONDS_TO_1970 = 2_208_988_800;
const NTP_BYTES = 48;

function daytime(now: VirtualNs): Uint8Array {
  const text = new Date(Math.floor(unixSeconds(now) * 1000)).toUTCString();
  return new TextEncoder().encode(`${text}\r\n`);
}

function secondsSince1900(now: VirtualNs): Uint8Array {
  const bytes = new Uint8Array(4);
  putU32(bytes, 0, (Math.floor(unixSeconds(now)) + SECONDS_TO_1970) >>> 0);
  return bytes;
}

/** Seconds since 1900 in 32 bits, and their fraction in as many. */
function putNtpTime(bytes: Uint8Array, at: number, now: VirtualNs): void {
  const seconds = unixSeconds(now);
  putU32(bytes, at, (Math.floor(seconds) + SECONDS_TO_1970) >>> 0);
  putU32(bytes, at + 4, Math.floor((seconds % 1) * 0x1_0000_0000));
}

/** The answer of a server to a client (mode 3); nothing to others. */
function ntp(request: Uint8Array, now: VirtualNs): Uint8Array | undefined {
  if (request.length < NTP_BYTES || (request[0]! & 7) !== 3) return undefined;
  const version = (request[0]! >> 3) & 7;
  const answer = new Uint8Array(NTP_BYTES);
  // No leap second, mode 4 (server); of the first stratum, whose clock is called LOCL; precise to 2^-20 s.
  answer.set([(version << 3) | 4, 1, request[2]!, 0xec]);
  answer.set(new TextEncoder().encode('LOCL'), 12);
  putNtpTime(answer, 16, now);
  putU32(answer, 24, u32(request, 40));
  putU32(answer, 28, u32(request, 44));
  putNtpTime(answer, 32, now);
  putNtpTime(answer, 40, now);
  return answer;
}

const says = (what: (now: VirtualNs) => Uint8Array): TcpServer => ({
  opened: (talk) => {
    talk.write(what(talk.now));
    talk.close();
  },
});

export const TIME_OVER_TCP: Readonly<Record<number, TcpServer>> = {
  13: says(daytime),
  37: says(secondsSince1900),
};
export const TIME_OVER_UDP: Readonly<
  Record<number, (request: Uint8Array, now: VirtualNs) => Uint8Array | undefined>
> = {
  13: (_, now) => daytime(now),
  37: (_, now) => secondsSince1900(now),
  123: ntp,
};
