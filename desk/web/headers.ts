import { CONTENT_SECURITY_POLICY } from '../ui/index.ts';

/** What every answer of the desk bears: nothing inline, nothing from elsewhere, nothing kept, in nobody's frame. */
export const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), publickey-credentials-get=(self)',
  // Not `no-referrer`: browsers would then say of our own forms that they come from nowhere.
  'Referrer-Policy': 'same-origin',
  'Strict-Transport-Security': 'max-age=31536000',
  Vary: 'Accept',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex, nofollow',
};
