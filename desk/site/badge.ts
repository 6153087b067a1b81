/** Badges: a picture of our own, and the JSON that https://shields.io/badges/endpoint-badge reads. */
import { escapeXml } from 'cpansec/formats';
import { isMalicious } from './distribution-verdict.tsx';
import type { DistributionPage } from './model.ts';

export interface Badge {
  readonly label: string;
  readonly message: string;
  /** A colour name of shields. */
  readonly color: 'brightgreen' | 'orange' | 'red' | 'lightgrey';
}

const COLOURS: Readonly<Record<Badge['color'], string>> = {
  brightgreen: '#1b6b3f',
  orange: '#8a4b00',
  red: '#a3160b',
  lightgrey: '#555b63',
};

/** What is known of the newest release. */
export function badgeOf({ advisories, releases, covered }: DistributionPage): Badge {
  const label = 'security';
  if (advisories.length === 0)
    return covered
      ? { label, message: 'no known advisory', color: 'brightgreen' }
      : { label, message: 'not covered', color: 'lightgrey' };
  const newest = releases[0];
  if (newest === undefined || (newest.open.length === 0 && newest.unknown))
    return { label, message: 'could not tell', color: 'lightgrey' };
  if (newest.open.length === 0) return { label, message: `${newest.version} ok`, color: 'brightgreen' };
  if (isMalicious(newest, advisories))
    return { label, message: `${newest.version} is malicious`, color: 'red' };
  const count = newest.open.length;
  return { label, message: `${newest.version}: ${count} open`, color: 'orange' };
}

/** The endpoint's answer. */
export function badgeJson(model: DistributionPage): string {
  return `${JSON.stringify({ schemaVersion: 1, ...badgeOf(model) }, null, 2)}\n`;
}

/** Width of a character at 11 px, with room for wide ones. */
const CHARACTER = 6.6;

/** A picture of 20 pixels height, with its text for those who cannot see it. */
export function badgeSvg(model: DistributionPage): string {
  const { label, message, color } = badgeOf(model);
  const left = Math.round(label.length * CHARACTER) + 12;
  const right = Math.round(message.length * CHARACTER) + 12;
  const text = escapeXml(`${label}: ${message}`);
  const word = (x: number, word: string): string =>
    `<text x="${x}" y="14" text-anchor="middle">${escapeXml(word)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${text}">
<title>${text}</title>
<rect width="${left + right}" height="20" rx="3" fill="${COLOURS[color]}"/>
<path d="M3 0h${left - 3}v20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#33373c"/>
<g fill="#fff" font-family="DejaVu Sans,Verdana,sans-serif" font-size="11">
${word(left / 2, label)}
${word(left + right / 2, message)}
</g>
</svg>
`;
}
