/** One page that stands alone: no script, nothing loaded, both colour schemes, prints. */
import { formatPlace, printable } from '../../base/index.ts';
import type { AuditReport, Finding, PathStep } from '../report.ts';
import type { Render } from './format.ts';
import {
  ACT_NOW,
  count,
  fixSentence,
  indexSentence,
  maliciousFindings,
  namesOf,
  ratingOf,
  subjectOf,
  suppressedBecause,
  unknownFindings,
  verdict,
  vulnerableFindings,
} from './wording.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --quiet: #595959; --line: #d0d0d0; --link: #0b57d0;
  --danger: #a3160b; --warning: #7a4b00; --low: #0a5a76; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --paper: #161616; --quiet: #a8a8a8; --line: #444;
  --link: #9ec1ff; --danger: #ff9d92; --warning: #f2c15c; --low: #7fd0ee; } }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; font: 1rem/1.5 system-ui, sans-serif;
  color: var(--ink); background: var(--paper); }
h1 { font-size: 1.44rem; line-height: 1.3; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; } h3 { font-size: 1rem; margin: 2rem 0 .25rem; }
p, ul, ol, dl { max-width: 70ch; margin: .25rem 0 .75rem; } code, .v { font-family: ui-monospace, monospace; font-size: .93em; overflow-wrap: anywhere; }
a { color: var(--link); } dl { display: grid; grid-template-columns: 5rem minmax(0, 1fr); gap: .25rem 1rem; } dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
.rating { font-weight: 700; } .malicious, .critical, .high { color: var(--danger); } .medium, .unrated { color: var(--warning); } .low { color: var(--low); }
.quiet { color: var(--quiet); } ol.path { list-style: none; padding: 0; margin: 0; } ol.path ol.path { padding-left: 1.25rem; }
.skip { position: absolute; left: -100vw; } .skip:focus { position: static; }
@media print { body { max-width: none; } h3 { break-after: avoid; } a { color: inherit; } }
@media (max-width: 30rem) { dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: .4rem; } }
`;

export const html: Render = (report, { toolVersion }) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>Audit of ${plain(report.subject)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#findings">Skip to the findings</a>
<header>
<p class="quiet">Audit of <code>${plain(report.subject)}</code>, <time datetime="${plain(report.at)}">${plain(report.at.slice(0, 16).replace('T', ' '))} UTC</time></p>
<h1>${plain(verdict(report))}</h1>
</header>
<main id="findings">
${malicious(report)}${vulnerable(report)}${unknown(report)}${suppressed(report)}${notes(report)}</main>
<footer>
<p class="quiet">Index: ${plain(indexSentence(report.index, report.at))}. Made by cpansec ${plain(toolVersion)}.</p>
</footer>
</body>
</html>
`;

/** Apart from everything that can be weighed. */
function malicious(report: AuditReport): string {
  const findings = maliciousFindings(report);
  if (findings.length === 0) return '';
  return section('Malicious', `<p><strong>${plain(ACT_NOW)}</strong></p>\n${findings.map(article).join('')}`);
}

function vulnerable(report: AuditReport): string {
  const findings = vulnerableFindings(report);
  if (findings.length === 0) return '';
  return section(`${count(findings.length, 'advisory', 'advisories')}`, findings.map(article).join(''));
}

function article(finding: Finding): string {
  const rating = ratingOf(finding);
  const { advisory } = finding;
  const rows = [
    [finding.status === 'malicious' ? 'do' : 'fix', plain(fixSentence(finding))],
    ...(finding.fix?.command == null ? [] : [['do', `<code>${plain(finding.fix.command)}</code>`]]),
    ...(advisory?.cause.kind === 'embedded'
      ? [['in', `the embedded library ${plain(advisory.cause.library)}`]]
      : []),
    ['why', why(finding)],
    ...(advisory?.url == null ? [] : [['more', link(advisory.url)]]),
  ];
  return `<article>
<h3><span class="rating ${plain(rating)}">${plain(rating)}</span> <span class="v">${plain(subjectOf(finding))}</span> ${plain(namesOf(finding).join(' · '))}</h3>
<p>${plain(advisory?.summary ?? '')}</p>
<dl>${rows.map(([term, words]) => `<dt>${term}</dt><dd>${words}</dd>`).join('')}</dl>
</article>
`;
}

function why({ paths, pathCount, places }: Finding): string {
  const [shortest] = paths;
  if (shortest === undefined) {
    const [place] = places;
    return place === undefined ? 'not known' : `seen in <code>${plain(formatPlace(place))}</code>`;
  }
  const more = pathCount > 1 ? `<p class="quiet">and ${pathCount - 1} more</p>` : '';
  return `${pathList(shortest)}${more}`;
}

function pathList([step, ...rest]: readonly PathStep[]): string {
  if (step === undefined) return '';
  const version = step.version === null ? '' : ` ${plain(step.version)}`;
  const place =
    step.place === undefined ? '' : ` <span class="quiet">${plain(formatPlace(step.place))}</span>`;
  return `<ol class="path"><li><span class="v">${plain(step.name)}${version}</span>${place}${pathList(rest)}</li></ol>`;
}

function unknown(report: AuditReport): string {
  const findings = unknownFindings(report);
  const items = findings.map(
    (finding) =>
      `<li><span class="v">${plain(subjectOf(finding))}</span>: ${plain(finding.unknown?.text ?? '')}</li>`,
  );
  return findings.length === 0
    ? ''
    : section(`Could not tell (${findings.length})`, `<ul>${items.join('\n')}</ul>`);
}

function suppressed({ suppressed: entries }: AuditReport): string {
  const items = entries.map(
    (entry) =>
      `<li><span class="v">${plain(subjectOf(entry.finding))}</span> ${plain(namesOf(entry.finding)[0] ?? '')}: ${plain(suppressedBecause(entry))}</li>`,
  );
  return entries.length === 0
    ? ''
    : section(`Not counted (${entries.length})`, `<ul>${items.join('\n')}</ul>`);
}

function notes({ notes: entries }: AuditReport): string {
  const items = entries.map(
    ({ text, place }) =>
      `<li>${place === undefined ? '' : `<code>${plain(formatPlace(place))}</code>: `}${plain(text)}</li>`,
  );
  return entries.length === 0 ? '' : section('Notes', `<ul>${items.join('\n')}</ul>`);
}

function section(title: string, body: string): string {
  return `<section>\n<h2>${plain(title)}</h2>\n${body}\n</section>\n`;
}

/** Only web addresses become links. */
function link(url: string): string {
  return /^https?:\/\//.test(url) ? `<a href="${plain(url)}" rel="noreferrer">${plain(url)}</a>` : plain(url);
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function plain(text: string): string {
  return printable(text).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
}
