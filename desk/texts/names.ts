/** The texts that go out with a publication. */
export const TEXT_NAMES = [
  'announcement',
  'oss-security',
  'maintainer',
  'reporter',
  'distributor',
  'long-post',
  'short-post',
  'changelog',
  'pull-request',
  'rt-ticket',
  'emergency-notice',
  'correction',
  'withdrawal',
] as const;
export type TextName = (typeof TEXT_NAMES)[number];
